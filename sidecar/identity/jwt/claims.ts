/** Who a verified token is about: pure. */
import { unescapePart } from '../../../core/json-pointer.ts';
import type { Principal } from '../../../core/policy/principal.ts';
import type { BundleIssuer } from '../../../core/policy/settings/jwt.ts';

export type Claims = Readonly<Record<string, unknown>>;

const MAX_NAME = 253;
const MAX_VALUES = 256;
const ONE_LINE = /^\P{Cc}+$/u;

/** The principal, or why there is none: a sentence for whoever has sent the token. */
export function principalOf(claims: Claims, { issuer, claims: named, require }: BundleIssuer): Principal | string {
  for (const [claim, wanted] of Object.entries(require)) {
    const value = claimOf(claims, claim);
    const has = value === wanted || (Array.isArray(value) && value.includes(wanted));
    if (!has) return `its claim ${claim} is not what this server asks for`;
  }
  const name = claimOf(claims, named.name);
  if (typeof name !== 'string' || !isName(name)) return `its claim ${named.name} is no name`;
  const groups = namesIn(claimOf(claims, named.groups), undefined);
  if (groups === undefined) return `its claim ${named.groups} is no list of groups`;
  const scopes = namesIn(claimOf(claims, named.scopes), ' ');
  if (scopes === undefined) return `its claim ${named.scopes} is no list of scopes`;
  return { kind: 'jwt', name, groups, issuer, scopes };
}

/** A name that starts with a slash is a pointer, as namespaced claims start with https://. */
function claimOf(claims: Claims, named: string): unknown {
  const path = named.startsWith('/') ? named.slice(1).split('/').map(unescapePart) : [named];
  return path.reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), claims);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Absent is none; anything else than texts is nothing that a rule should be tried on. */
function namesIn(value: unknown, separator: string | undefined): readonly string[] | undefined {
  if (value === undefined || value === null) return [];
  const parts = typeof value === 'string' && separator !== undefined ? value.split(separator) : [value].flat();
  const names = parts.filter((part) => part !== '');
  if (names.length > MAX_VALUES) return undefined;
  return names.every((part) => typeof part === 'string' && isName(part)) ? (names as string[]) : undefined;
}

function isName(text: string): boolean {
  return text.length <= MAX_NAME && ONE_LINE.test(text) && text.isWellFormed();
}
