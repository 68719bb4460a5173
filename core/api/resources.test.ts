import { describe, expect, test } from 'vitest';
import { formatPath } from './problem.ts';
import { resourcesSchema } from './resources.ts';

const faults = (resources: unknown): string[] =>
  resourcesSchema.safeParse(resources).error?.issues.map(({ path }) => formatPath(path)) ?? [];

describe('an amount', () => {
  test.each(['250m', '0.5', '1', 1, 0, '999.999'])('of CPU may be %j', (cpu) => {
    expect(faults({ limits: { cpu } })).toEqual([]);
  });
  test.each(['1.5m', '1k', '-1', '', 'one', '1 m', 1.5, -1, 1000, '0.5555', true])('of CPU is not %j', (cpu) => {
    expect(faults({ limits: { cpu } })).toContain('limits.cpu');
  });
  test.each(['256Mi', '1.5Gi', '128974848', '1k', 128_974_848])('of memory may be %j', (memory) => {
    expect(faults({ requests: { memory } })).toEqual([]);
  });
  test.each(['256mi', '1Ei', '1m', '1e3', '', 0.5])('of memory is not %j', (memory) => {
    expect(faults({ requests: { memory } })).toContain('requests.memory');
  });
});

describe('what is asked for', () => {
  const cases: Record<string, [requests: object, limits: object, wrong: string[]]> = {
    'may be what is allowed': [{ cpu: '1000m' }, { cpu: 1 }, []],
    'may be less, in another unit': [{ memory: '900M' }, { memory: '1Gi' }, []],
    'is not more than what is allowed': [{ memory: '1Gi' }, { memory: '1G' }, ['requests.memory']],
    'is not more, written without a unit': [{ memory: 1025 }, { memory: '1Ki' }, ['requests.memory']],
    'is told for each of the two': [
      { cpu: 2, memory: '2Ti' },
      { cpu: '1999m', memory: '1T' },
      ['requests.cpu', 'requests.memory'],
    ],
    'has no bound where none is said': [{ cpu: 900 }, { memory: '1Mi' }, []],
  };
  for (const [name, [requests, limits, wrong]] of Object.entries(cases)) {
    test(name, () => expect(faults({ requests, limits })).toEqual(wrong));
  }
});
