/** The life of the keys on a clock that tests move, seen by gates that report now and then. */
import { describe, expect, it } from 'vitest';
import { type HandleKeys, type HandleRotationInput, KEY_BYTES, rotateHandleKeys } from './rotation.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

let made = 0;
const base: HandleRotationInput = {
  stored: {},
  remembered: undefined,
  deleted: false,
  authorityIssuedAt: START,
  now: START,
  random: () => Buffer.alloc(KEY_BYTES, (made += 1)),
};
const next = (stored: Partial<HandleKeys>, now: number, more: Partial<HandleRotationInput> = {}) =>
  rotateHandleKeys({ ...base, stored, now, ...more });

const first = rotateHandleKeys(base).keys;

describe('the rotation of handle keys', () => {
  it('begins with 32 bytes of its own, and leaves them alone', () => {
    expect(first).toMatchObject({
      current: { secret: { length: 32 }, since: START },
      next: undefined,
      former: undefined,
    });
    expect(next(first, START + 89 * DAY)).toEqual({ keys: first, done: [] });
  });

  it('replaces a key after 90 days: a day to be heard of, and a week to be forgotten', () => {
    const due = START + 90 * DAY;
    const announced = next(first, due).keys;
    expect(announced.current).toEqual(first.current);
    expect(next(announced, due + DAY - 1).done).toEqual([]);
    const switched = next(announced, due + DAY).keys;
    expect(switched).toEqual({
      current: { secret: announced.next?.secret, since: due + DAY },
      next: undefined,
      former: { secret: first.current.secret, since: due + DAY },
    });
    expect(next(switched, due + 8 * DAY - 1).done).toEqual([]);
    expect(next(switched, due + 8 * DAY).keys.former).toBeUndefined();
  });

  it('goes on with the key that an operator before it derived, and replaces it in the same way', () => {
    const upgrade = START + 40 * DAY;
    const { keys } = next({}, upgrade);
    expect(keys).toMatchObject({ current: { secret: 'authority' }, next: { secret: { length: 32 } } });
    const switched = next(keys, upgrade + DAY).keys;
    expect([switched.current.secret, switched.former?.secret]).toEqual([keys.next?.secret, 'authority']);
    expect(next(switched, upgrade + 8 * DAY).keys.former).toBeUndefined();
  });

  it('takes replicas that start with the authority for an installation, not for an upgrade', () => {
    expect(next({}, START + 60_000).keys.current.secret).not.toBe('authority');
  });

  it('begins a hand-over when somebody deletes the Secret, without breaking what runs', () => {
    const { keys } = next({}, START + DAY, { remembered: first, deleted: true });
    expect(keys.current).toEqual(first.current);
    expect(keys.next).toBeDefined();
  });

  it('puts back what is lost from the Secret and known to a process', () => {
    expect(next({}, START + DAY, { remembered: first })).toEqual({ keys: first, done: [] });
  });

  it('goes on with the next key where the current one is lost', () => {
    const announced = next(first, START + 90 * DAY).keys;
    expect(next({ next: announced.next }, START + 90 * DAY).keys.current.secret).toEqual(announced.next?.secret);
  });
});
