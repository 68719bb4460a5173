import { describe, expect, test } from 'vitest';
import { definitionDigest } from '../../core/inspect/definitions/definition.ts';
import { accept, isNew, type Pin, refuse, textOf, told, type Told } from './pin.ts';

const saying = (description: string, used = false): Told => {
  const definition = { name: 'add', description };
  return { kind: 'tool', name: 'add', digest: definitionDigest({ kind: 'tool', value: definition }), definition, used };
};
const [ONE, TWO, THREE] = [saying('One.'), saying('Two.'), saying('Three.')];
const first = told(undefined, { ...ONE, used: true }, 7);

describe('what a gate tells', () => {
  test('of a first use is the first, with its text to compare with', () => {
    expect(first).toEqual({
      ...{ kind: 'tool', name: 'add', since: 7, first: ONE.digest },
      ...{ accepted: [], refused: [], held: [], base: ONE.definition },
    });
  });
  test('of another first use, by a gate that was slower, is held', () => {
    const both = told(first, { ...TWO, used: true }, 8);
    expect(both).toMatchObject({
      first: ONE.digest,
      held: [TWO.digest],
      base: ONE.definition,
      definition: TWO.definition,
    });
  });
  test('and is not shown is held', () => {
    expect(told(undefined, ONE, 7)).toMatchObject({ held: [ONE.digest], definition: ONE.definition });
    expect(told(undefined, ONE, 7)).not.toHaveProperty('first');
  });
  test('a second time is nothing new', () => {
    const held = told(first, TWO, 8);
    expect(told(held, TWO, 9)).toBe(held);
    expect(told(held, { ...ONE, used: true }, 9)).toBe(held);
  });
  test('is held no longer where it comes to be the first use', () => {
    expect(told(told(undefined, ONE, 7), { ...ONE, used: true }, 8)).toMatchObject({ first: ONE.digest, held: [] });
  });
  test('of a first use that is not shown any more, since a pack wants it accepted, is held as something new', () => {
    const held = told(first, ONE, 8);
    expect(held).toMatchObject({ first: ONE.digest, held: [ONE.digest], definition: ONE.definition });
    expect([isNew(held, ONE.digest), isNew(held, TWO.digest)]).toEqual([true, false]);
    expect(told(held, ONE, 9)).toBe(held);
    expect(accept(held, ONE.digest)).toMatchObject({ accepted: [ONE.digest], held: [], base: ONE.definition });
  });
  test('without an end fills nothing', () => {
    let pin: Pin = first;
    for (let i = 0; i < 100; i++) pin = told(pin, saying(`Now ${i}.`), 8);
    expect(pin.held).toHaveLength(8);
    expect(pin.definition).toEqual({ name: 'add', description: 'Now 99.' });
  });
});

describe('what a person', () => {
  const held = told(told(first, TWO, 8), THREE, 9);
  test('accepts is what later changes are compared with', () => {
    const after = accept(held, THREE.digest);
    expect(after).toMatchObject({ accepted: [THREE.digest], held: [TWO.digest], base: THREE.definition });
    expect(after.definition).toBeUndefined();
    expect(accept(after, THREE.digest)).toBe(after);
  });
  test('accepts without its text being there leaves nothing to compare with', () => {
    expect(accept(held, TWO.digest).base).toBeUndefined();
  });
  test('does not accept is held no longer', () => {
    const after = refuse(held, TWO.digest);
    expect(after).toMatchObject({ refused: [TWO.digest], held: [THREE.digest] });
    expect(refuse(after, TWO.digest)).toBe(after);
    expect(told(after, TWO, 10)).toBe(after);
  });
  test('sees of one is never the text of another', () => {
    const after = refuse(held, THREE.digest);
    expect(after).toMatchObject({ held: [TWO.digest] });
    expect([textOf(after, TWO.digest), textOf(after, THREE.digest)]).toEqual([undefined, THREE.definition]);
  });
  test('has accepted cannot be refused by a vote of before', () => {
    const after = accept(held, TWO.digest);
    expect(refuse(after, TWO.digest)).toBe(after);
  });
  test('has not accepted can be accepted later', () => {
    expect(accept(refuse(held, TWO.digest), TWO.digest)).toMatchObject({ accepted: [TWO.digest], refused: [] });
  });
});
