import { describe, expect, it } from 'vitest';
import type { KEY_READINGS } from '../../api/settings/wire.ts';
import { pack } from '../testing/gen.ts';
import { mergeWire } from './wire.ts';

type Keys = (typeof KEY_READINGS)[number];
const merged = (...said: (Keys | undefined)[]) =>
  mergeWire(said.map((keys, i) => pack({ wire: keys === undefined ? {} : { keys } }, `p${i}`)));

describe('how keys are told apart', () => {
  it.each([
    ['no pack says anything', []],
    ['a pack says nothing of it', [undefined]],
    ['a pack says what holds anyway', ['CaseInsensitive']],
    ['one pack is stricter than another', ['CaseSensitive', 'CaseInsensitive']],
    ['one pack is stricter than another, the other way round', ['CaseInsensitive', undefined, 'CaseSensitive']],
  ] satisfies [string, (Keys | undefined)[]][])('is not said where %s', (_when, said) => {
    expect(merged(...said)).toEqual({});
  });

  it('is said where every pack that speaks of it says so', () => {
    expect(merged('CaseSensitive', undefined, 'CaseSensitive')).toEqual({ wire: { keys: 'CaseSensitive' } });
  });
});
