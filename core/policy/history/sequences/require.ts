/** Something has to have been called before, with success; where the rule says so, about the same thing. */
import type { SequenceOf } from '../../rules/sequences.ts';
import type { HistoryAnswer, HistoryEvent, HistoryRule, Judged, Part, Seen, Wanted } from '../rule.ts';
import { windowWords } from '../wait-words.ts';
import { noteOf } from './earlier-call.ts';
import type { MemberSets } from './members.ts';
import { type Objects, objectsAt, objectsOfResult, whomWith } from './objects.ts';
import { Ready, written } from './ready.ts';
import { membersWords, quoted } from './words.ts';

/** Beyond that a store would be asked too much for one call. */
const MAX_ASKED = 64;

export class Prerequisite implements HistoryRule {
  readonly #said: SequenceOf<'require'>;
  readonly #ready: Ready;
  readonly #first: number;
  readonly #second: number;

  constructor(said: SequenceOf<'require'>, shadow: boolean, sets: MemberSets) {
    this.#said = said;
    this.#ready = new Ready(said, shadow, sets);
    this.#first = sets.add(said.require);
    this.#second = sets.add(said.before);
  }

  about(event: HistoryEvent): Part | undefined {
    const membership = this.#ready.membershipOf(event);
    if (membership === undefined) return undefined;
    const [isFirst, isSecond] = [membership.is.has(this.#first), membership.may.has(this.#second)];
    if (!isFirst && !isSecond) return undefined;
    const whom = this.#ready.whomOf(event);
    return {
      rule: this.#said.id,
      shadow: this.#ready.shadow,
      ...(isSecond ? this.#needs(event, whom) : NOTHING_NEEDED),
      ...(isFirst ? { onAnswer: this.#remembers(event, whom) } : {}),
    };
  }

  #needs({ args, secret }: HistoryEvent, whom: readonly string[]): Pick<Part, 'ops' | 'judge'> {
    const { match, withinMs, uses } = this.#said;
    const objects = match && objectsAt(args, match.argument);
    const keys = match === undefined ? whom : keysOf(whom, objects, secret);
    if (keys.length === 0 || keys.length > MAX_ASKED) return { ops: [], judge: () => this.#unmatched(objects) };
    const places = keys.map((key) => this.#ready.placeOf(key, 'done'));
    const asked = places.map((place) => this.#ready.asked({ kind: 'whether', ...place, withinMs, want: 'Has' }));
    const used = uses === undefined ? [] : places.map((place) => written({ kind: 'unmark', ...place }));
    return { ops: [...asked, ...used], judge: (seen) => this.#judge(seen) };
  }

  #judge(seen: readonly Seen[]): Judged | undefined {
    if (seen.every((one) => one.kind !== 'mark' || one.holds)) return undefined;
    const { require, match, uses, withinMs } = this.#said;
    const first = membersWords(require);
    const time = `within ${windowWords(withinMs)}`;
    const used = uses === undefined ? '' : ', and each is good for one call';
    if (match === undefined)
      return this.#ready.judged(`which needs ${first} to have been called before, with success, ${time}${used}.`);
    return this.#ready.judged(
      `which needs ${first} to have been called before, with success, ${time}, for the same ${quoted(match.argument)}${used}.`,
    );
  }

  #unmatched(objects: Objects): Judged {
    const { require, match } = this.#said;
    const what = quoted(match?.argument ?? '');
    return this.#ready.judged(
      objects?.length === 0
        ? `which needs ${what} in its arguments, as in an earlier call of ${membersWords(require)}.`
        : `whose ${what} is not one thing, or a few, that an earlier call of ${membersWords(require)} could have been about.`,
    );
  }

  #remembers(event: HistoryEvent, whom: readonly string[]): (answer: HistoryAnswer) => readonly Wanted[] {
    const { match, withinMs: forMs } = this.#said;
    const note = noteOf(event);
    const { secret } = event;
    // While the call is judged its arguments are at hand, and later they are not.
    const sent = match?.from === 'argument' ? objectsAt(event.args, match.at) : undefined;
    return ({ ok, result }) => {
      if (!ok) return [];
      const objects = match?.from === 'result' ? objectsOfResult(result, match.at) : sent;
      const keys = match === undefined ? whom : keysOf(whom, objects, secret);
      return keys.map((key) => written({ kind: 'mark', ...this.#ready.placeOf(key, 'done'), forMs, note }));
    };
  }
}

const NOTHING_NEEDED: Pick<Part, 'ops' | 'judge'> = { ops: [], judge: () => undefined };

function keysOf(whom: readonly string[], objects: Objects = [], secret: Buffer): readonly string[] {
  return objects.flatMap((object) => whom.map((one) => whomWith(one, object, secret)));
}
