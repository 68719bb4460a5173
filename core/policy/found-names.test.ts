import { describe, expect, it } from 'vitest';
import { FoundNames } from './found-names.ts';

describe('names that were asked about', () => {
  it('are known with what was found and what that cost', () => {
    const found = new FoundNames<string>();
    found.keep('read', ['a'], 7);
    expect(found.get('read')).toEqual({ groups: ['a'], work: 7 });
    expect(found.get('write')).toBeUndefined();
    found.clear();
    expect(found.get('read')).toBeUndefined();
  });

  it('are few and short, whatever is asked', () => {
    const found = new FoundNames<string>();
    const names = Array.from({ length: 10_000 }, (_, i) => `tool_${i}`);
    for (const name of names) found.keep(name, [], 1);
    expect(names.filter((name) => found.get(name) !== undefined).length).toBeLessThanOrEqual(256);
    found.keep('x'.repeat(257), [], 1);
    expect(found.get('x'.repeat(257))).toBeUndefined();
  });
});
