/** What all sequences have in common, made ready once: whom they are about, where their past is kept, and what they say. */
import type { Wanted } from '../../../history/ops.ts';
import type { Place } from '../../../history/place.ts';
import type { MemberSets, Membership } from './members.ts';
import type { BundleSequence } from '../../rules/sequences.ts';
import { PrincipalSet } from '../../rules/principals.ts';
import { historyVerdict, NO_OBLIGATIONS, type Obligations } from '../../verdict.ts';
import type { HistoryEvent, Judged, Limited } from '../rule.ts';
import { whomOf } from '../whom.ts';

export class Ready {
  readonly said: BundleSequence;
  /** It only records. */
  readonly shadow: boolean;
  /** What it says keeps the call from being sent as it is. */
  readonly isAsked: boolean;
  readonly #sets: MemberSets;
  readonly #principals: PrincipalSet | undefined;
  readonly #obligations: Obligations;

  constructor(said: BundleSequence, shadow: boolean, sets: MemberSets) {
    this.said = said;
    this.shadow = shadow;
    this.isAsked = said.effect !== 'Log';
    this.#sets = sets;
    this.#principals = said.principals === null ? undefined : new PrincipalSet(said.principals);
    this.#obligations = said.approval === null ? NO_OBLIGATIONS : { ...NO_OBLIGATIONS, approval: said.approval };
  }

  /** Undefined: the rule is not about this caller. */
  membershipOf(event: HistoryEvent): Membership | undefined {
    if (this.#principals?.has(event.principal) === false) return undefined;
    return this.#sets.of(event, this.shadow);
  }

  /** Whose past it is: one, or one for each group of the caller. Of several groups those count that the rule names, where it names some. */
  whomOf(event: HistoryEvent): readonly string[] {
    const { per, principals } = this.said;
    if (per !== 'group') return whomOf(event, [per]);
    const named = event.principal.groups.filter((group) => principals?.groups.includes(group) === true);
    if (named.length === 0) return whomOf(event, [per]);
    return whomOf({ ...event, principal: { ...event.principal, groups: named } }, [per]);
  }

  /** `part`: of several things that the rule keeps, which; there is one of each for everybody. */
  placeOf(whom: string, part: string): Place {
    const { id, across } = this.said;
    return { of: `${id} ${part}`, whom, ...(across === 'Namespace' ? { across: true as const } : {}) };
  }

  /** What has to hold for the call to be sent, unless the rule only records. */
  asked(op: Wanted['op']): Wanted {
    return { op, isAsked: this.isAsked };
  }

  /** `sentence`: with its full stop; what the rule says of itself follows it. */
  judged(sentence: string, limited?: Limited): Judged {
    const { id, effect, reason } = this.said;
    const words =
      reason === null ? sentence : `${sentence} The policy says: ${reason}${/[.!?]$/.test(reason) ? '' : '.'}`;
    const verdict = historyVerdict(id, effect, words, this.#obligations);
    return limited === undefined ? { verdict } : { verdict, limited };
  }
}

/** Written whatever is there. */
export function written(op: Wanted['op']): Wanted {
  return { op, isAsked: false };
}
