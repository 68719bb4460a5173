import { describe, expect, test } from 'vitest';
import { storedRequest } from '../testing/stored-request.ts';
import { Seen, type WatchEvent, WatchEvents } from './watch-events.ts';

const printed = (...values: unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const added = (given = {}): WatchEvent => ({ type: 'ADDED', object: storedRequest(given) });

describe('what kubectl prints', () => {
  test('is events, however it is cut', () => {
    const events = [added(), { ...added({ uid: 'u2', call: { preview: { a: '\n}\n' } } }), type: 'DELETED' }];
    const text = printed(...events);
    for (const size of [1, 7, 100, text.length]) {
      const reader = new WatchEvents();
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
        text.slice(i * size, (i + 1) * size),
      );
      expect(pieces.flatMap((piece) => reader.push(piece))).toEqual(events);
    }
  });

  test('is left out where it is none', () => {
    const others = [
      { type: 'BOOKMARK', object: storedRequest() },
      { type: 'ADDED', object: { kind: 'Status' } },
      { type: 1, object: 1 },
    ];
    expect(new WatchEvents().push(printed(...others, added()))).toEqual([added()]);
  });

  test('without an end is not kept for ever', () => {
    expect(() => new WatchEvents().push(' '.repeat(17 * 1024 * 1024))).toThrow('no event');
  });
});

describe('what is there', () => {
  test('is what came, until it goes', () => {
    const seen = new Seen();
    expect([added(), added({ uid: 'u2' }), added()].map((event) => seen.take(event))).toEqual([true, true, false]);
    expect(seen.take({ type: 'MODIFIED', object: storedRequest({ resourceVersion: '8' }) })).toBe(true);
    expect(seen.take({ type: 'DELETED', object: storedRequest({ uid: 'u2' }) })).toBe(true);
    expect(seen.all).toEqual([storedRequest({ resourceVersion: '8' })]);
  });

  test('after a pause is told as what happened in it', () => {
    const seen = new Seen();
    for (const uid of ['same', 'gone', 'changed']) seen.take(added({ uid }));
    const now = [
      storedRequest({ uid: 'same' }),
      storedRequest({ uid: 'changed', resourceVersion: '9' }),
      storedRequest({ uid: 'new' }),
    ];
    expect(seen.catchUp(now).map(({ type, object }) => `${type} ${object.metadata.uid}`)).toEqual([
      'DELETED gone',
      'MODIFIED changed',
      'ADDED new',
    ]);
    expect(seen.all).toHaveLength(3);
  });
});
