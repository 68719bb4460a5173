/** Whose past it is: a digest, so that a store that others can read holds no names, and so that no name can be mistaken for two. */
import { createHash } from 'node:crypto';
import { principalKey } from '../principal.ts';
import type { HistoryEvent, Per } from './rule.ts';

/**
 * One for each of those who are counted together. Several where it is counted by group: a caller of two groups counts in both. Who has
 * none is counted as of no group, together with all others who have none. A session belongs to its principal: another one's session of
 * the same id is another.
 */
export function whomOf(event: HistoryEvent, per: readonly Per[]): readonly string[] {
  const parts: string[] = [];
  if (per.includes('principal') || per.includes('session')) parts.push('p', principalKey(event.principal));
  if (per.includes('session')) parts.push('s', event.session ?? '');
  if (per.includes('tool')) parts.push('t', event.target.kind, event.target.name);
  if (per.includes('server')) parts.push('v', event.server);
  if (!per.includes('group')) return [digestOf(parts)];
  const { groups } = event.principal;
  return (groups.length === 0 ? [''] : groups).map((group) => digestOf([...parts, 'g', group]));
}

/** 128 bits of SHA-256, base64url: enough that two callers never meet. */
function digestOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
