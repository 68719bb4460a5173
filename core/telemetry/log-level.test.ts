import { expect, it } from 'vitest';
import { answerLevel, changeLevel, logLevelIn } from './log-level.ts';

it.each([
  ['debug', 'debug'],
  [' WARN\n', 'warn'],
  ['{"level":"trace"}', 'trace'],
  ['{"level": "Error"}', 'error'],
])('%j is a level', (body, level) => {
  expect(logLevelIn(body)).toBe(level);
});

it.each(['', 'silent', 'fatal', 'level=debug', '{', '{}', '{"level":1}', '{"level":"silent"}', 'null'])(
  '%j is none',
  (body) => {
    expect(logLevelIn(body)).toBeUndefined();
    expect(answerLevel('PUT', body, 'info', true)).toMatchObject({ status: 400, body: { level: 'info' } });
  },
);

it('is asked and set by whoever is in the pod, and by nobody else', () => {
  expect(answerLevel('GET', '', 'info', true)).toEqual({ status: 200, body: { level: 'info' } });
  expect(answerLevel('PUT', 'debug', 'info', true)).toEqual({ status: 200, body: { level: 'debug' }, set: 'debug' });
  expect(answerLevel('POST', 'debug', 'info', true).status).toBe(405);
  expect(answerLevel('PUT', 'debug', 'info', false)).toMatchObject({ status: 403 });
  expect(answerLevel('PUT', 'debug', 'info', false).set).toBeUndefined();
});

it.each([
  ['info', 'debug', 'debug'],
  ['info', 'error', 'info'],
  ['error', 'warn', 'warn'],
] as const)('from %s to %s, which is said at %s', (before, now, at) => {
  const said: string[] = [];
  const log = { level: before as string, warn: (): void => void said.push(log.level) };
  changeLevel(log, now);
  changeLevel(log, now);
  expect([log.level, said]).toEqual([now, [at]]);
});
