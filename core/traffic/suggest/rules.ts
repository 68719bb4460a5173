/** Rules that allow what was used, and nothing else that can be told from it. */
import { unescapePart } from '../../json-pointer.ts';
import type { TrafficPrincipal } from '../line.ts';
import { checkFor, type SaidCheck } from './argument-check.ts';
import type { Used } from './observed.ts';

export interface SuggestedRule {
  readonly name: string;
  readonly effect: 'Allow' | 'RequireApproval';
  readonly principals: { readonly names: readonly string[]; readonly issuers?: readonly string[] };
  /** By parameter; without any, nothing is asked of them. */
  readonly arguments: Readonly<Record<string, SaidCheck>>;
  readonly used: readonly Used[];
}

const MOST_CHECKS = 64;
const MOST_NAMES = 256;
const LONGEST_PARAMETER = 256;

type Tools = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

type Said = Omit<SuggestedRule, 'name' | 'principals' | 'used'>;

/** Callers of whom the same is seen share a rule. */
export function rulesFor(used: readonly Used[], tools: Tools): SuggestedRule[] {
  const groups = new Map<string, { readonly said: Said; readonly used: Used[] }>();
  for (const one of used) {
    const effect = one.isHeld ? ('RequireApproval' as const) : ('Allow' as const);
    const said = { effect, arguments: one.kind === 'tool' ? checksOf(one, tools) : {} };
    const { kind, name, principal } = one;
    const key = JSON.stringify([kind, name, principal.issuer, said]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { said, used: [one] });
    else group.used.push(one);
  }
  const names = new RuleNames();
  return [...groups.values()].flatMap(({ said, used: all }) =>
    inParts(all).map((part) => ruleOf(names.for(part[0]?.name ?? ''), said, part)),
  );
}

function ruleOf(name: string, said: Said, used: readonly Used[]): SuggestedRule {
  return { name, ...said, principals: principalsOf(used.map(({ principal }) => principal)), used };
}

function inParts(used: readonly Used[]): Used[][] {
  const parts: Used[][] = [];
  for (let i = 0; i < used.length; i += MOST_NAMES) parts.push(used.slice(i, i + MOST_NAMES));
  return parts;
}

/** All have the same issuer, or none. */
function principalsOf(principals: readonly TrafficPrincipal[]): SuggestedRule['principals'] {
  const names = [...new Set(principals.map(({ name }) => name))].toSorted();
  // Of a jwt alone rules know who has signed it by its URL.
  const issuers = new Set(
    principals.flatMap(({ kind, issuer }) => (kind === 'jwt' && issuer !== undefined ? [issuer] : [])),
  );
  return issuers.size === 0 ? { names } : { names, issuers: [...issuers] };
}

function checksOf({ name, args }: Used, tools: Tools): Record<string, SaidCheck> {
  const checks: [string, SaidCheck][] = [];
  for (const [pointer, value] of args.values) {
    const parameter = parameterOf(pointer);
    // What is inside of something is required there alone, which a rule cannot say.
    const isTop = !pointer.slice(1).includes('/');
    const check = checkFor(value, isTop && args.calls > 0 && value.calls === args.calls);
    if (check !== undefined && parameter !== undefined) checks.push([parameter, check]);
  }
  for (const never of neverSent(tools.get(name), args.values)) checks.push([never, { type: 'any', forbidden: true }]);
  return Object.fromEntries(checks.slice(0, MOST_CHECKS));
}

/** The plain name where there is one. */
function parameterOf(pointer: string): string | undefined {
  const inner = pointer.slice(1);
  if (/\p{Cc}/u.test(inner) || pointer.length > LONGEST_PARAMETER || inner === '' || inner === '*') return undefined;
  if (inner.includes('/')) return pointer;
  const name = unescapePart(inner);
  return name.startsWith('/') ? pointer : name;
}

/** Parameters that the tool has and nobody has sent: what they do was not seen. */
function neverSent(tool: Readonly<Record<string, unknown>> | undefined, sent: ReadonlyMap<string, unknown>): string[] {
  const schema = tool?.['inputSchema'];
  const properties =
    typeof schema === 'object' && schema !== null
      ? (schema as Readonly<Record<string, unknown>>)['properties']
      : undefined;
  if (typeof properties !== 'object' || properties === null) return [];
  const seen = new Set([...sent.keys()].map((pointer) => parameterOf(pointer)));
  return Object.keys(properties).filter((name) => /^[^/*\p{Cc}][^\p{Cc}]{0,255}$/u.test(name) && !seen.has(name));
}

const LONGEST_NAME = 50;

/** Names of rules, each once. */
class RuleNames {
  readonly #taken = new Set<string>();

  for(name: string): string {
    const plain = name
      .toLowerCase()
      .slice(0, LONGEST_NAME)
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '');
    const base = plain === '' ? 'rule' : plain;
    let own = base;
    for (let n = 2; this.#taken.has(own); n++) own = `${base}-${n}`;
    this.#taken.add(own);
    return own;
  }
}
