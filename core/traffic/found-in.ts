/** What must not be in a traffic log, whoever asked for it to be there: secrets, and what is known of people. */
import { Allowance, type Work } from '../inspect/content/work.ts';
import { findPersonalData, PERSONAL_DATA } from '../inspect/personal-data/personal-data.ts';
import { findSecrets } from '../inspect/secrets/secrets.ts';

/** Of work for one message: a tenth of what the gate itself may spend on one. */
export const MAX_TRAFFIC_WORK = 1_000_000;
/** Nothing is known of a text that there was no work left for. */
export const NOT_LOOKED_AT = 'not-looked-at';

/** Kinds, each once and sorted. `key`: the name of the member whose value it is. */
export function foundIn(text: string, key: string | undefined, work: Work = new Allowance(MAX_TRAFFIC_WORK)): string[] {
  const kinds = new Set(findSecrets(text, key, { work }).map(({ rule }) => rule));
  for (const kind of PERSONAL_DATA) if (findPersonalData(kind, text, key, work).length > 0) kinds.add(kind);
  if (work.exhausted) kinds.add(NOT_LOOKED_AT);
  return [...kinds].toSorted();
}

/** The text, or what stands for it where something was found. */
export function masked(text: string, key?: string, work?: Work): string {
  const kinds = foundIn(text, key, work);
  return kinds.length === 0 ? text : `[masked: ${kinds.join(', ')}]`;
}

export function isMasked(text: string): boolean {
  return text.startsWith('[masked: ');
}
