import { describe, expect, it } from 'vitest';
import { riskSchema } from './risk.ts';

const problemOf = (said: object): string | undefined => {
  const { error } = riskSchema.safeParse(said);
  return error && `${error.issues[0]?.path.join('.')} ${error.issues[0]?.message}`;
};

describe('spec.risk', () => {
  it.each([
    [{}, ' acts on nothing; write `approveAt`, `denyAt`, or both'],
    [{ approveAt: 50, denyAt: 50 }, 'denyAt is not above approveAt'],
    [{ denyAt: 50, hours: { from: '7:00', to: '19:00', timeZone: 'UTC' } }, 'hours.from is not a time of day'],
    [{ denyAt: 50, hours: { from: '07:00', to: '19:00', timeZone: 'Mars/Olympus' } }, 'hours.timeZone is no time zone'],
    [{ denyAt: 50, weights: { refusal: -1 } }, 'weights.refusal'],
    [{ denyAt: 50, halfLife: '25h' }, 'halfLife is out of range'],
  ])('refuses %j', (said, problem) => {
    expect(problemOf(said)).toContain(problem);
  });

  it.each([
    [{ denyAt: 1 }],
    [{ approveAt: 1 }],
    [{ approveAt: 1, denyAt: 2, per: 'session', weights: { newTool: 0 } }],
  ])('takes %j', (said) => expect(problemOf(said)).toBeUndefined());
});
