/** What is known of people by kind, each found with the span it has in a text. Linear in its length. */
import { NO_BOUND, type Work } from '../content/work.ts';
import type { Span } from '../finding.ts';
import { findCards } from './cards.ts';
import { findMail, findPhones } from './contacts.ts';
import { findIbans } from './ibans.ts';
import { findLetteredIds, isNationalId } from './national-ids.ts';
import { numberRuns } from './numbers.ts';

export const PERSONAL_DATA = ['creditCard', 'iban', 'email', 'phone', 'nationalId'] as const;
export type PersonalData = (typeof PERSONAL_DATA)[number];

type Find = (text: string, key: string | undefined, work: Work) => readonly Span[];

const FINDERS: { readonly [kind in PersonalData]: Find } = {
  creditCard: (text, _key, work) => findCards(text, work),
  iban: (text, _key, work) => findIbans(text, work),
  email: (text, _key, work) => findMail(text, work),
  phone: findPhones,
  nationalId: (text, key, work) => [
    ...numberRuns(text, work).filter((run) => isNationalId(run, text, key)),
    ...findLetteredIds(text, key, work),
  ],
};

/** Units of work for a hundred characters in which nothing of the kind begins. */
const COST_OF_A_HUNDRED: { readonly [kind in PersonalData]: number } = {
  creditCard: 60,
  iban: 30,
  email: 20,
  phone: 80,
  nationalId: 250,
};

/** `key`: of the member whose value the text is, where it is one. */
export function findPersonalData(
  kind: PersonalData,
  text: string,
  key?: string,
  work: Work = NO_BOUND,
): readonly Span[] {
  if (text.length < 5 || !work.spend(Math.ceil((text.length * COST_OF_A_HUNDRED[kind]) / 100))) return NONE;
  return FINDERS[kind](text, key, work);
}

const NONE: readonly Span[] = [];
