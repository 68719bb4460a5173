import { describe, expect, it } from 'vitest';
import { cacheSchema } from './cache.ts';

const ENTRY = { tools: ['get_*'], ttl: '5m' };

function problemsOf(...entries: object[]): string[] {
  const parsed = cacheSchema.safeParse(entries);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('what is kept', () => {
  it('is for the caller alone, and only where the definition says that the tool reads, if nothing else is said', () => {
    expect(cacheSchema.parse([ENTRY])).toEqual([{ ...ENTRY, by: 'principal', maxBytes: '16Mi', trustNames: false }]);
  });

  it.each<[what: string, entry: object, problem: string]>([
    ['without an end', { tools: ['a'] }, '0.ttl: Invalid input: expected string, received undefined'],
    ['for longer than a day', { ...ENTRY, ttl: '25h' }, '0.ttl: is out of range; write a duration from 1s to 24h'],
    ['of no tool', { ...ENTRY, tools: [] }, '0.tools: Too small: expected array to have >=1 items'],
    ['in no room', { ...ENTRY, maxBytes: '1Ki' }, '0.maxBytes: is out of range; write a quantity from 64Ki to 256Mi'],
    [
      'and cleared by itself',
      { ...ENTRY, clearedBy: ['set', 'get_*'] },
      '0.clearedBy.1: is among `tools` of the entry already, so that nothing of it would be kept; remove one of the two',
    ],
  ])('is not to be %s', (_what, entry, problem) => {
    expect(problemsOf(entry)).toEqual([problem]);
  });
});
