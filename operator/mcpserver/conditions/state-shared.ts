/** StateShared: do the gates count together what rules remember over time? */
import { remembers } from '../../../core/policy/history-features.ts';
import type { WantedBundle } from '../bundle.ts';
import type { ServerFacts } from '../facts.ts';
import { no, someOf, unknown, type Verdict, yes } from '../verdict.ts';

const MEND =
  'See that the pods reach the host and port of spec.state.valkey, and that user, password and ca are those of the store.';

const MEANWHILE = {
  Local: 'Until it does, it counts for itself, with its part of each limit',
  Deny: 'Until it does, it refuses the calls that a rule counts',
} as const;

/** Undefined where no store is named, and none is missed. */
export function stateShared({ server, pods, object }: ServerFacts, wanted: WantedBundle): Verdict | undefined {
  const valkey = server.spec.state?.valkey;
  const gates = pods.filter(({ gateOf }) => gateOf === object.metadata.name);
  if (valkey === undefined) return apart(gates.length, wanted);
  const told = gates.filter(({ state }) => state !== undefined);
  const away = told.filter(({ state }) => state?.problem !== undefined);
  const names = someOf(
    away.map(({ name }) => name),
    3,
  );
  const [first] = away;
  if (first !== undefined) {
    const message = `A gate does not reach the store of spec.state.valkey, in ${names}: ${first.state?.problem ?? ''}. ${MEANWHILE[valkey.onFailure]}. ${MEND}`;
    return no('StoreAway', message);
  }
  if (told.length === 0 || told.length < gates.length)
    return unknown(
      'NotTold',
      `${gates.length - told.length} of ${gates.length} gates have not told yet whether they reach the store of spec.state.valkey`,
    );
  return yes('Shared', `${told.length} gates count together in the store of spec.state.valkey`);
}

/** A limit of a hundred is one of three hundred, then, over three gates. */
function apart(gates: number, wanted: WantedBundle): Verdict | undefined {
  if (gates < 2 || wanted.kind !== 'compiled' || !remembers(wanted.bundle)) return undefined;
  return no(
    'EachForItself',
    `Packs have rules that count over time, and each of the ${gates} gates counts for itself: together they may let ${gates} times as much through. Name a Valkey in spec.state.valkey that they share, or run one replica.`,
  );
}
