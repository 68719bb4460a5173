import { describe, expect, test } from 'vitest';
import { readSnapshot, SharedPins } from './shared-pins.ts';

const NONE = { first: undefined, accepted: new Set<string>(), isAlone: false };
const shared = (pin: object, ...clashes: object[]): SharedPins =>
  new SharedPins(readSnapshot({ pins: [{ kind: 'tool', name: 'add', ...pin }], clashes }));

describe('what is known of a definition', () => {
  test('is what another gate has seen first, whatever this one has', () => {
    expect(shared({ first: 'a' }).pinsOf('tool', 'add', { ...NONE, first: 'b' }).first).toBe('a');
    expect(shared({}).pinsOf('tool', 'add', { ...NONE, first: 'b' }).first).toBe('b');
  });
  test('is what people have accepted, here and there, and refused', () => {
    const pins = shared({ accepted: ['a'], refused: ['r'] });
    expect(pins.pinsOf('tool', 'add', NONE)).toMatchObject({ accepted: new Set(['a']), refused: new Set(['r']) });
    expect(pins.pinsOf('tool', 'add', { ...NONE, accepted: new Set(['b']) }).accepted).toEqual(new Set(['a', 'b']));
  });
  test('is what this gate knows where no other knows anything', () => {
    expect(shared({}).pinsOf('prompt', 'add', NONE)).toBe(NONE);
    expect(new SharedPins().hasFirst('tool', 'add')).toBe(false);
    expect(shared({ first: 'a' }).hasFirst('tool', 'add')).toBe(true);
  });
});

describe('a name of a neighbour', () => {
  test.each([
    ['search', 'search', 'shadows', /the server wiki/],
    ['search', 'Search', 'look-alike', /the server wiki/],
  ])('%s, which has %s, is told', (tool, other, reason, message) => {
    const finding = shared({}, { tool, server: 'wiki', other }).clashOf(tool);
    expect(finding).toMatchObject({ detector: 'names', reason });
    expect(finding?.message).toMatch(message);
  });
  test('of which nothing is said is none', () => {
    expect(shared({}, { tool: 'search', server: 'wiki', other: 'other' }).clashOf('search')).toBeUndefined();
    expect(shared({}).clashOf('search')).toBeUndefined();
  });
});

describe('an answer', () => {
  test.each([undefined, null, 'x', {}, { pins: 'x' }])('of %j is none', (value) => {
    expect(readSnapshot(value)).toBeUndefined();
  });
  test('is read as far as it is understood', () => {
    const value = {
      pins: [5, { kind: 'tool' }, { kind: 'tool', name: 'a', first: 1, accepted: [2, 'b'] }],
      clashes: [{}],
    };
    expect(readSnapshot(value)).toEqual({
      pins: [{ kind: 'tool', name: 'a', first: undefined, accepted: ['b'], refused: [] }],
      clashes: [],
    });
  });
});
