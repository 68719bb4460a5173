/** Whose past it is: a digest, so that a store that others can read holds no names, and so that no name can be mistaken for two. */
import { hash } from 'node:crypto';
import type { Target } from '../../mcp/catalogue.ts';
import { type Principal, principalKey } from '../principal.ts';
import type { Per } from '../../api/per.ts';
import type { Whose } from './rule.ts';

/** A caller of more counts in the first of them, in the order of the alphabet: what one call may write has to end somewhere. */
const MAX_GROUPS = 64;

/**
 * One for each of those who are counted together. Several where it is counted by group: a caller of two groups counts in both. Who has
 * none is counted as of no group, together with all others who have none. A session belongs to its principal: another one's session of
 * the same id is another.
 */
export function whomOf(event: Whose, per: readonly Per[]): readonly string[] {
  let bits = 0;
  for (const one of per) bits |= BITS[one];
  if (!isSame(event, latest)) {
    const { principal, session, server, target } = event;
    latest = { principal, session, server, kind: target.kind, name: target.name, found: [] };
  }
  return (latest.found[bits] ??= reckoned(event, bits));
}

/** Most rules count by the same: what was reckoned for the call that was asked about last is not reckoned again. */
interface Latest {
  readonly principal: Principal | undefined;
  readonly session: string | undefined;
  readonly server: string;
  readonly kind: Target['kind'];
  readonly name: string;
  /** By what it is counted. */
  readonly found: (readonly string[] | undefined)[];
}
let latest: Latest = { principal: undefined, session: undefined, server: '', kind: 'tool', name: '', found: [] };

function isSame({ principal, session, server, target }: Whose, other: Latest): boolean {
  return (
    principal === other.principal &&
    session === other.session &&
    target.name === other.name &&
    target.kind === other.kind &&
    server === other.server
  );
}

const BITS = { principal: 1, session: 2, tool: 4, server: 8, group: 16 } satisfies Record<Per, number>;

function reckoned({ principal, session, target, server }: Whose, bits: number): readonly string[] {
  const parts: string[] = [];
  if ((bits & (BITS.principal | BITS.session)) !== 0) parts.push('p', principalKey(principal));
  if ((bits & BITS.session) !== 0) parts.push('s', session ?? '');
  if ((bits & BITS.tool) !== 0) parts.push('t', target.kind, target.name);
  if ((bits & BITS.server) !== 0) parts.push('v', server);
  if ((bits & BITS.group) === 0) return [digestOf(parts)];
  const { groups } = principal;
  const counted = groups.length <= MAX_GROUPS ? groups : groups.toSorted().slice(0, MAX_GROUPS);
  return (counted.length === 0 ? [''] : counted).map((group) => digestOf([...parts, 'g', group]));
}

/** 128 bits of SHA-256, base64url: enough that two callers never meet. */
export function digestOf(parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 22);
}
