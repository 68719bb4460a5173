import { describe, expect, test } from 'vitest';
import { mcpServer } from '../testing/gen.ts';
import { news, withConditions } from './status.ts';
import { no, someOf, unknown, yes } from './verdict.ts';

const now = new Date('2026-11-21T10:00:00Z');
const condition = (type: string, status: string, reason: string, message = '') => ({
  ...{ type, status: status as 'True', reason, message },
  ...{ observedGeneration: 1, lastTransitionTime: '2026-11-20T00:00:00.000Z' },
});

describe('the status', () => {
  test('says of which generation it is, and since when', () => {
    const status = withConditions(
      mcpServer({ generation: 3 }),
      { Ready: yes('Serving', 'fine') },
      { endpoint: 'x' },
      now,
    );
    expect(status).toEqual({
      observedGeneration: 3,
      endpoint: 'x',
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'Serving',
          message: 'fine',
          observedGeneration: 3,
          lastTransitionTime: '2026-11-21T10:00:00Z',
        },
      ],
    });
  });

  test('keeps the time of a condition that says the same in other words, and drops conditions that nobody judges any more', () => {
    const before = [condition('Ready', 'False', 'NoPods'), condition('Injected', 'True', 'AllPods')];
    const object = mcpServer({ status: { conditions: before } });
    const { conditions } = withConditions(object, { Ready: no('Waiting', 'soon') }, {}, now);
    expect(conditions).toMatchObject([
      { type: 'Ready', reason: 'Waiting', lastTransitionTime: '2026-11-20T00:00:00.000Z' },
    ]);
  });
});

describe('news are', () => {
  const ready = condition('Ready', 'False', 'NoPods', 'a');
  const verified = condition('TrafficVerified', 'True', 'LoopbackOnly');
  test.each([
    ['the first word', [], [ready], ['Ready']],
    ['another reason', [ready], [condition('Ready', 'False', 'Waiting')], ['Ready']],
    ['not other words for the same', [ready], [condition('Ready', 'False', 'NoPods', 'b')], []],
    [
      'a way around that has opened',
      [verified],
      [condition('TrafficVerified', 'False', 'ServiceGoesAround')],
      ['TrafficVerified'],
    ],
    ['not that nothing runs any more', [verified], [condition('TrafficVerified', 'Unknown', 'NoPods')], []],
    [
      'not what the summary says already',
      [condition('Injected', 'True', 'AllPods')],
      [condition('Injected', 'False', 'NoPods')],
      [],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(news(before, after).map(({ type }) => type)).toEqual(expected);
  });
});

test('verdicts are what they are called', () => {
  expect([yes('A', 'a').status, no('A', 'a').status, unknown('A', 'a').status]).toEqual(['True', 'False', 'Unknown']);
});

test.each([
  [['a', 'b'], 'a, b'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c, d, e'],
  [['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'a, b, c, d, e and 2 more'],
  [[], ''],
])('of many names the first five: %j', (names, expected) => {
  expect(someOf(names)).toBe(expected);
});
