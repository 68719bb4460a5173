import { expect, test } from 'vitest';
import { parseDuration } from '../../core/duration.ts';
import { endingEnv, endingOf } from './ending.ts';

const of = (spec: object) => endingOf({ spec: { containers: [], ...spec } });

test.each([
  ['says nothing', {}, {}],
  ['has what a gate needs', { terminationGracePeriodSeconds: 30, restartPolicy: 'Always' }, {}],
  ['has more', { terminationGracePeriodSeconds: 600 }, {}],
  ['has less', { terminationGracePeriodSeconds: 10 }, { graceSeconds: 10 }],
  ['has none', { terminationGracePeriodSeconds: 0 }, { graceSeconds: 0 }],
  ['is of a Job', { restartPolicy: 'Never' }, { completes: true }],
  [
    'is of a Job that tries again, and in a hurry',
    { restartPolicy: 'OnFailure', terminationGracePeriodSeconds: 5 },
    { graceSeconds: 5, completes: true },
  ],
])('a pod that %s', (_, spec, expected) => {
  expect(of(spec)).toEqual(expected);
});

test('a usual pod gets no variables', () => {
  expect(endingEnv({})).toEqual([]);
});

test('a shorter time is shared out as the usual one is', () => {
  expect(endingEnv({ graceSeconds: 12 })).toEqual([
    { name: 'SALLYPORT_DRAIN_DELAY', value: '2000ms' },
    { name: 'SALLYPORT_DRAIN', value: '8000ms' },
    { name: 'SALLYPORT_END_WITHIN', value: '2000ms' },
  ]);
});

test.each(Array.from({ length: 30 }, (_, seconds) => seconds))('the parts fit into %d s', (graceSeconds) => {
  const parts = endingEnv({ graceSeconds }).map(({ value }) => parseDuration(value));
  expect(parts).toHaveLength(3);
  expect(parts.reduce((sum, part) => sum + part, 0)).toBeLessThanOrEqual(graceSeconds * 1000);
});

test('in a pod that completes, draining ends with the server', () => {
  expect(endingEnv({ completes: true })).toEqual([{ name: 'SALLYPORT_DRAIN_WITH_SERVER', value: 'true' }]);
});
