/** Whether one rule is asked about every call that another is asked about, as far as their words tell. */
import { GlobSet, type GlobSyntax } from '../../core/policy/glob-set.ts';

type Names = readonly string[] | undefined;
interface Principals {
  readonly names?: Names;
  readonly groups?: Names;
  readonly issuers?: Names;
  readonly scopes?: Names;
}

export interface Reach {
  readonly patterns: readonly string[];
  readonly syntax: GlobSyntax;
  readonly principals?: Principals | undefined;
  /** A condition; undefined: none. */
  readonly when?: string | undefined;
}

/** A character that no pattern has, so that only a star can stand for it. */
const ANY = '\ue000';
/** What `**` stands for in a URI: nothing, and segments. */
const SEGMENTS = ['', ANY, `${ANY}/${ANY}/${ANY}/${ANY}/${ANY}`];

/** Every call that `inner` is asked about, `outer` is asked about too. */
export function covers(outer: Reach, inner: Reach): boolean {
  if (outer.when !== undefined && outer.when !== inner.when) return false;
  return (
    principalsCover(outer.principals, inner.principals) && patternsCover(outer.patterns, inner.patterns, outer.syntax)
  );
}

/** And the other way round. */
export function isSame(a: Reach, b: Reach): boolean {
  return covers(a, b) && covers(b, a);
}

export function patternsCover(outer: readonly string[], inner: readonly string[], syntax: GlobSyntax): boolean {
  const globs = new GlobSet<true>(syntax);
  for (const pattern of outer) globs.add(pattern, true);
  return inner.every((pattern) => samplesOf(pattern, syntax).every((text) => globs.match(text).length > 0));
}

/** Texts that the pattern matches, and another matches all of only where it matches whatever this one does. */
function samplesOf(pattern: string, syntax: GlobSyntax): readonly string[] {
  if (syntax === 'name') return [pattern.replaceAll(/\*+/g, ANY)];
  return SEGMENTS.map((segments) => pattern.replaceAll(/\*+/g, (stars) => (stars.length > 1 ? segments : ANY)));
}

function principalsCover(outer: Reach['principals'], inner: Reach['principals']): boolean {
  if (outer === undefined) return true;
  if (inner === undefined) return false;
  const anyIssuer =
    outer.issuers === undefined || (inner.issuers !== undefined && hasAll(outer.issuers, inner.issuers));
  return anyIssuer && hasAll(inner.scopes, outer.scopes) && (isOfAnyName(outer) || namesCover(outer, inner));
}

function namesCover(outer: Principals, inner: Principals): boolean {
  return !isOfAnyName(inner) && hasAll(outer.names, inner.names) && hasAll(outer.groups, inner.groups);
}

function isOfAnyName({ names, groups }: Principals): boolean {
  return names === undefined && groups === undefined;
}

function hasAll(all: readonly string[] = [], some: readonly string[] = []): boolean {
  return some.every((one) => all.includes(one));
}
