import { describe, expect, it } from 'vitest';
import { type Sequence } from '../testing/sequence-player.ts';
import { pack } from '../testing/gen.ts';
import { type BundleSequence, compileSequences, sequenceRuleSchema, sequencesOfBoth } from './sequences.ts';

const compiled = (...sequences: Sequence[]): readonly BundleSequence[] =>
  compileSequences('finance/pack', pack({ sequences }).spec).sequences ?? [];
const [a, b] = [{ tools: ['b', 'a', 'a'] }, { labels: ['x'] }];
const members = { tools: [], labels: [], resources: [], prompts: [] };
const sorted = { ...members, tools: ['a', 'b'] };
const labelled = { ...members, labels: ['x'] };
const common = {
  per: 'principal',
  across: 'Server',
  principals: null,
  effect: 'Deny',
  mode: 'Enforce',
  withinMs: 60_000,
};
const rest = { ...common, approval: null, reason: null };

describe('sequences in a bundle', () => {
  it.each<[Sequence, object]>([
    [
      { require: a, before: b, within: '1m' },
      { kind: 'require', require: sorted, before: labelled },
    ],
    [
      { require: a, before: b, within: '1m', uses: 1, match: { argument: 'id', equals: { result: '/id' } } },
      {
        ...{ kind: 'require', require: sorted, before: labelled, uses: 1 },
        match: { argument: 'id', from: 'result', at: '/id' },
      },
    ],
    [
      { require: a, before: b, within: '1m', match: { argument: 'id', equals: { argument: 'to' } } },
      { kind: 'require', require: sorted, before: labelled, match: { argument: 'id', from: 'argument', at: 'to' } },
    ],
    [
      { after: a, followedBy: [b], forbid: b, within: '1m' },
      { kind: 'after', after: [sorted, labelled], forbid: labelled },
    ],
    [{ count: { of: a, moreThan: 3, within: '1m' } }, { kind: 'count', of: sorted, moreThan: 3 }],
    [
      { order: ['z', 'y'], within: '1m' },
      {
        kind: 'order',
        order: [
          { ...members, tools: ['z'] },
          { ...members, tools: ['y'] },
        ],
      },
    ],
  ])('are what they say, with defaults: %#', (said, expected) => {
    const [rule] = compiled(said);
    expect(rule).toEqual({ id: 'finance/pack#sequences[0]', ...rest, ...expected });
    expect(sequenceRuleSchema.parse(rule)).toEqual(rule);
  });

  it('have the terms of people where they ask for one, and the name that they are given', () => {
    const [rule] = compiled({ name: 'x', order: ['z', 'y'], within: '1m', effect: 'RequireApproval', reason: 'why' });
    expect(rule).toMatchObject({ id: 'finance/pack#x', reason: 'why', approval: { expiresMs: 900_000 } });
  });

  it('are absent where there are none', () => {
    expect(compileSequences('a/b', pack({}).spec)).toEqual({});
    expect(sequencesOfBoth(undefined, undefined)).toEqual({});
  });

  it('of both of two packs are those of either, each once', () => {
    const [one, two] = [compiled({ order: ['a', 'b'], within: '1m' }), compiled({ order: ['a', 'c'], within: '1m' })];
    expect(sequencesOfBoth(one, one)).toEqual({ sequences: one });
    expect(sequencesOfBoth(one, two)).toEqual({ sequences: [...one, ...two] });
    expect(sequencesOfBoth(undefined, two)).toEqual({ sequences: two });
  });
});
