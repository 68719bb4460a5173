/** Where a rule of taint keeps what it knows: by its name, and by whose it is. */
import type { BundleTaint } from '../rules/taint.ts';
import type { HistoryEvent, Place } from './rule.ts';
import { whomOf } from './whom.ts';

export function placesOf({ id, per }: BundleTaint, event: HistoryEvent, what: string): readonly Place[] {
  return whomOf(event, [per]).map((whom) => ({ of: `${id}/${what}`, whom }));
}
