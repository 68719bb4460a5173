import { describe, expect, it } from 'vitest';
import { pack } from '../testing/gen.ts';
import { compileHalt, haltedSentence, haltRules } from './halt.ts';

const rulesOf = (spec: Parameters<typeof pack>[0]) => haltRules('finance/stop', pack(spec).spec);

describe('a halt', () => {
  it('is nothing where a pack says nothing', () => {
    expect(compileHalt(pack({}).spec)).toEqual({});
    expect(rulesOf({})).toEqual([]);
  });

  it('is held as it was said', () => {
    const halt = { reason: 'incident', by: 'ada', tools: ['b', 'a'], principals: { names: ['x'] } };
    expect(compileHalt(pack({ halt }).spec).halt).toMatchObject({ reason: 'incident', by: 'ada', tools: ['a', 'b'] });
  });

  it('has rules for those that do not know it: of everything', () => {
    const rules = rulesOf({ halt: { reason: 'incident' } });
    expect(rules.map(({ target, patterns, effect }) => [target, patterns, effect])).toEqual([
      ['tool', ['*'], 'Deny'],
      ['resource', ['**'], 'Deny'],
      ['prompt', ['*'], 'Deny'],
    ]);
    expect(new Set(rules.map(({ id }) => id))).toEqual(new Set(['finance/stop#halt']));
  });

  it('has rules for those that do not know it: of tools', () => {
    expect(rulesOf({ halt: { reason: 'incident', tools: ['a', 'b_*'] } })).toMatchObject([
      { target: 'tool', patterns: ['a', 'b_*'], principals: null },
    ]);
  });

  it.each([
    [{ reason: 'incident' }, 'halted: incident'],
    [{ reason: 'incident', by: 'ada' }, 'halted by ada: incident'],
  ])('%j says why', (said, sentence) => {
    expect(haltedSentence({ ...said, tools: null, principals: null })).toBe(sentence);
  });
});
