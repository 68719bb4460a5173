/** Whose past it is: a digest, so that a store that others can read holds no names, and so that no name can be mistaken for two. */
import { hash } from 'node:crypto';
import { principalKey } from '../principal.ts';
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
  const parts: string[] = [];
  if (per.includes('principal') || per.includes('session')) parts.push('p', principalKey(event.principal));
  if (per.includes('session')) parts.push('s', event.session ?? '');
  if (per.includes('tool')) parts.push('t', event.target.kind, event.target.name);
  if (per.includes('server')) parts.push('v', event.server);
  if (!per.includes('group')) return [digestOf(parts)];
  const { groups } = event.principal;
  const counted = groups.length <= MAX_GROUPS ? groups : groups.toSorted().slice(0, MAX_GROUPS);
  return (counted.length === 0 ? [''] : counted).map((group) => digestOf([...parts, 'g', group]));
}

/** 128 bits of SHA-256, base64url: enough that two callers never meet. */
export function digestOf(parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 22);
}
