/** What is known of people by kind, each found with the span it has in a text. Linear in its length. */
import type { Span } from '../finding.ts';
import { findCards } from './cards.ts';
import { findMail, findPhones } from './contacts.ts';
import { findIbans } from './ibans.ts';
import { findLetteredIds, isNationalId } from './national-ids.ts';
import { numberRuns } from './numbers.ts';

export const PERSONAL_DATA = ['creditCard', 'iban', 'email', 'phone', 'nationalId'] as const;
export type PersonalData = (typeof PERSONAL_DATA)[number];

type Find = (text: string, key: string | undefined) => readonly Span[];

const FINDERS: { readonly [kind in PersonalData]: Find } = {
  creditCard: findCards,
  iban: findIbans,
  email: findMail,
  phone: findPhones,
  nationalId: (text, key) => [
    ...numberRuns(text).filter((run) => isNationalId(run, text, key)),
    ...findLetteredIds(text),
  ],
};

/** `key`: of the member whose value the text is, where it is one. */
export function findPersonalData(kind: PersonalData, text: string, key?: string): readonly Span[] {
  return text.length < 5 ? NONE : FINDERS[kind](text, key);
}

const NONE: readonly Span[] = [];
