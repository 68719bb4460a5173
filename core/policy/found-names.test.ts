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

  it('keep their places while ever new ones come, but not for ever', () => {
    const found = new FoundNames<string>();
    const ask = (from: number, to: number): void => {
      for (let i = from; i < to; i++) found.keep(`tool_${i}`, [], 1);
    };
    ask(0, 1000);
    expect(found.get('tool_0')).toBeDefined();
    expect(found.get('tool_999')).toBeUndefined();
    ask(1000, 10_000);
    expect(found.get('tool_0')).toBeUndefined();
  });
});
