import { describe, expect, it } from 'vitest';
import type { HandleKeys } from './rotation.ts';
import { decodeHandleKeys, encodeHandleKeys } from './secret-data.ts';

const SINCE = Date.UTC(2026, 0, 1);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const stored = (keys: HandleKeys) =>
  Object.fromEntries(
    Object.entries(encodeHandleKeys(keys)).filter((entry): entry is [string, string] => entry[1] !== null),
  );

describe('the Secret with the handle keys', () => {
  it('gives back what was put in', () => {
    const current = { secret: 'authority', since: SINCE } as const;
    const next = { secret: Buffer.alloc(32, 7), since: SINCE + 1 };
    expect(decodeHandleKeys(stored({ current, next }))).toEqual({ keys: { current, next }, problems: [] });
  });

  it('takes out what is over', () => {
    expect(encodeHandleKeys({ current: { secret: Buffer.alloc(32), since: SINCE } })).toMatchObject({
      next: null,
      former: null,
    });
  });

  it.each([
    ['a key that is too short', base64(`2026-01-01T00:00:00.000Z ${Buffer.alloc(31).toString('base64url')}`)],
    ['a time that is none', base64(`soon ${Buffer.alloc(32).toString('base64url')}`)],
    ['something after it', base64(`2026-01-01T00:00:00.000Z authority now`)],
    ['no text', '/w=='],
  ])('says what is wrong with %s, and does not quote it', (_, value) => {
    const { keys, problems } = decodeHandleKeys({ current: value });
    expect(keys).toEqual({});
    expect(problems).toEqual(['current is not a time, a space and 32 bytes in base64url']);
  });

  it('that the chart made empty lacks the current key', () => {
    expect(decodeHandleKeys({}).problems).toEqual(['current is missing']);
  });
});
