/**
 * When the key that handles are sealed with is replaced: pure, from the state, the time and a source of randomness to the next state.
 *
 *     key A     ├──────────── current ─────────────┬── former, a week ──┤
 *     key B                       ├─ next, a day ──┴ current ─────────────
 *
 * Gates learn of a key with their next report, within six minutes, so that nobody meets a handle whose key it has not heard of. Operators
 * before this one derived the key from their authority (tls/derive.ts): where such a one ran, that key is the first.
 */

/** Bytes of a key: AES-256 takes them all. */
export const KEY_BYTES = 32;

const DAY = 86_400_000;
const ANNOUNCED_MS = DAY;
/** Longer than any handle is good for; what is older has ended by itself. */
const FORMER_MS = 7 * DAY;
const LIFE_MS = 90 * DAY;
/** Replicas that start for the first time do so within this. */
const FIRST_START_MS = 600_000;

/** Derived from the authority of the operator, or 32 bytes of its own. */
export type HandleSecret = 'authority' | Buffer;

export interface HandleKey {
  readonly secret: HandleSecret;
  /** Since when it is what it is: milliseconds since the epoch. */
  readonly since: number;
}

export interface HandleKeys {
  /** What is sealed now is sealed with it. */
  readonly current: HandleKey;
  /** Opens handles already, and is to be the next to seal them. */
  readonly next?: HandleKey | undefined;
  /** Opens handles still. */
  readonly former?: HandleKey | undefined;
}

export interface HandleRotation {
  readonly keys: HandleKeys;
  /** For the log; nothing: the state stays as it is. */
  readonly done: readonly string[];
}

export interface HandleRotationInput {
  /** What the Secret holds, as far as it can be used. */
  readonly stored: Partial<HandleKeys>;
  /** The last good state this process knew: what is lost from the Secret still opens handles. */
  readonly remembered: HandleKeys | undefined;
  /** There was no Secret at all, although one is remembered: whoever deletes it wants other keys. */
  readonly deleted: boolean;
  /** When the authority was issued: milliseconds since the epoch. */
  readonly authorityIssuedAt: number;
  readonly now: number;
  readonly random: () => Buffer;
}

export function rotateHandleKeys(input: HandleRotationInput): HandleRotation {
  const { stored, remembered, deleted, now, random } = input;
  const done: string[] = [];
  let { current, next, former } = { ...remembered, ...stored };
  if (current === undefined) {
    current = next === undefined ? first(input) : { secret: next.secret, since: now };
    next = undefined;
    done.push(
      current.secret === 'authority'
        ? 'the key that was derived from the authority goes on for a day'
        : 'a new key was made',
    );
  }
  if (next === undefined && (deleted || isDue(current, now))) {
    next = { secret: random(), since: now };
    // A gate takes two keys at a time.
    former = undefined;
    done.push('the next key was made; nothing is sealed with it for a day');
  }
  if (next !== undefined && now >= next.since + ANNOUNCED_MS) {
    former = { secret: current.secret, since: now };
    current = { secret: next.secret, since: now };
    next = undefined;
    done.push('the next key took over');
  }
  if (former !== undefined && now >= former.since + FORMER_MS) {
    former = undefined;
    done.push('the former key was forgotten');
  }
  return { keys: { current, next, former }, done };
}

function first({ authorityIssuedAt, now, random }: HandleRotationInput): HandleKey {
  const wasThereBefore = now >= authorityIssuedAt + FIRST_START_MS;
  return { secret: wasThereBefore ? 'authority' : random(), since: now };
}

function isDue({ secret, since }: HandleKey, now: number): boolean {
  return secret === 'authority' || now >= since + LIFE_MS;
}
