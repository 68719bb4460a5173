import { describe, expect, test } from 'vitest';
import { mcpServer } from '../testing/gen.ts';
import { news, progressOf, withConditions } from './status.ts';
import { no, someOf, soon, unknown, yes } from './verdict.ts';

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
      { type: 'Stalled', status: 'True', reason: 'Waiting' },
    ]);
  });
});

describe('progress', () => {
  test.each([
    ['none where all is well', { Ready: yes('Serving', 'fine') }, {}],
    [
      'stalled where somebody has to act',
      { Ready: no('InvalidPack', 'bad') },
      { Stalled: ['True', 'InvalidPack', 'bad'] },
    ],
    ['on the way', { Ready: soon('NoPods', 'none') }, { Reconciling: ['True', 'NoPods', 'none'] }],
    [
      'on the way though ready',
      { Ready: yes('Serving', 'fine'), PolicyEnforced: soon('Delivering', '1 of 2') },
      { Reconciling: ['True', 'Delivering', 'PolicyEnforced: 1 of 2'] },
    ],
    [
      'none of what stands beside Ready',
      { Ready: yes('Serving', 'fine'), TrafficVerified: no('HostPort', 'open') },
      {},
    ],
  ])('%s', (_, verdicts, expected) => {
    const said = Object.entries(progressOf(verdicts)).map(
      ([type, { status, reason, message }]) => [type, [status, reason, message]] as const,
    );
    expect(Object.fromEntries(said)).toEqual(expected);
  });

  test('is gone from the conditions when it is over', () => {
    const object = mcpServer({ status: { conditions: [condition('Reconciling', 'True', 'NoPods')] } });
    expect(
      withConditions(object, { Ready: yes('Serving', 'fine') }, {}, now).conditions.map(({ type }) => type),
    ).toEqual(['Ready']);
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
    [
      'that a policy has arrived',
      [condition('Ready', 'True', 'Serving'), condition('PolicyEnforced', 'False', 'Delivering')],
      [condition('Ready', 'True', 'Serving'), condition('PolicyEnforced', 'True', 'AllPods')],
      ['PolicyEnforced'],
    ],
    [
      'not that it is on its way',
      [condition('Ready', 'True', 'Serving'), condition('PolicyEnforced', 'True', 'AllPods')],
      [condition('Ready', 'True', 'Serving'), condition('PolicyEnforced', 'False', 'Delivering')],
      [],
    ],
    [
      'that it has arrived, once, where the summary says it',
      [condition('Ready', 'False', 'Delivering'), condition('PolicyEnforced', 'False', 'Delivering')],
      [condition('Ready', 'True', 'Serving'), condition('PolicyEnforced', 'True', 'AllPods')],
      ['Ready'],
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
  expect([soon('A', 'a').status, soon('A', 'a').passes, no('A', 'a').passes]).toEqual(['False', true, undefined]);
});

test.each([
  [['a', 'b'], 'a, b'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c, d, e'],
  [['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'a, b, c, d, e and 2 more'],
  [[], ''],
])('of many names the first five: %j', (names, expected) => {
  expect(someOf(names)).toBe(expected);
});
