import { describe, expect, it } from 'vitest';
import { limitsSchema } from './limits.ts';

function problems(limits: object): string[] {
  const { error } = limitsSchema.safeParse(limits);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('limits on calls', () => {
  it('count by principal, and loops by session, where nothing else is said', () => {
    const said = { rate: [{ calls: 1, window: '1m' }], loops: [{ failing: 3, window: '1m' }] };
    expect(limitsSchema.parse(said)).toMatchObject({ rate: [{ per: ['principal'] }], loops: [{ per: ['session'] }] });
  });

  it('have names of their own, whichever list they stand in', () => {
    const said = {
      rate: [
        { name: 'a', calls: 1, window: '1m' },
        { calls: 2, window: '1s' },
      ],
      concurrent: [
        { name: 'b', calls: 1 },
        { name: 'a', calls: 2 },
      ],
    };
    expect(problems(said)).toEqual([
      'concurrent.1.name: is the name of rate[0] already; give every limit of a pack a name of its own',
    ]);
  });

  it('say so beside other faults', () => {
    const said = {
      concurrent: [
        { name: 'a', calls: 0 },
        { name: 'a', calls: 2 },
      ],
    };
    expect(problems(said).map((one) => one.split(':')[0])).toEqual(['concurrent.0.calls', 'concurrent.1.name']);
  });

  it.each([
    [
      'no calls at all',
      { rate: [{ calls: 0, window: '1m' }] },
      'rate.0.calls: is not a whole number from 1 to 1000000',
    ],
    ['a window beyond what is kept', { rate: [{ calls: 1, window: '745h' }] }, 'rate.0.window: is out of range'],
    ['a window of nothing', { rate: [{ calls: 1, window: '10ms' }] }, 'rate.0.window: is out of range'],
    ['nobody who is counted', { rate: [{ per: [], calls: 1, window: '1m' }] }, 'rate.0.per: Too small'],
    ['a loop of nothing', { loops: [{ window: '1m' }] }, 'loops.0: says both or neither'],
    ['a loop of two things', { loops: [{ failing: 1, identical: 1, window: '1m' }] }, 'loops.0: says both or neither'],
    ['a limit of few bytes', { resultBytes: [{ bytes: '1', window: '1m' }] }, 'resultBytes.0.bytes: is out of range'],
  ])('refuse %s', (_what, said, problem) => {
    expect(problems(said)[0]).toContain(problem);
  });
});
