import { describe, expect, it } from 'vitest';
import { type Text, visitTexts } from './texts.ts';

const textsOf = (args: unknown, atMost = Infinity): Text[] => {
  const texts: Text[] = [];
  visitTexts(args, (text) => texts.push(text) < atMost);
  return texts;
};

describe('the texts of arguments', () => {
  it('stand at their pointers, and have the names of their members', () => {
    expect(textsOf({ a: 'x', b: { 'c/d~': ['y', ['z']] }, n: 1, o: null })).toEqual([
      { pointer: '/a', name: 'a', value: 'x' },
      { pointer: '/b/c~1d~0/0', name: 'c/d~', value: 'y' },
      { pointer: '/b/c~1d~0/1/0', name: 'c/d~', value: 'z' },
    ]);
  });

  it('are visited as long as somebody wants them', () => {
    expect(textsOf({ a: ['1', '2'], b: '3' }, 2).map(({ value }) => value)).toEqual(['1', '2']);
  });

  it('are none where there are none, and none beyond any depth of arguments', () => {
    expect(textsOf({})).toEqual([]);
    let deep: unknown = 'x';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(textsOf(deep)).toEqual([]);
  });
});
