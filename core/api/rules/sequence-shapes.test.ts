import { describe, expect, it } from 'vitest';
import { loadDocuments } from '../load.ts';

const problemsOf = (spec: object) =>
  loadDocuments(
    JSON.stringify({ apiVersion: 'sallyport.dev/v1alpha1', kind: 'PolicyPack', metadata: { name: 'p' }, spec }),
    'p.yaml',
  ).problems.map(({ path, message, mend }) => `${path}: ${message}; ${mend}`);
const need = (require: object, before: object, more: object = {}) => ({ require, before, within: '1m', ...more });
const [a, b] = [{ tools: ['a'] }, { tools: ['b'] }];

describe('a sequence', () => {
  it.each<[string, object, string]>([
    ['says nothing', { within: '1m' }, 'write exactly one of `require`, `after`, `count` and `order`'],
    ['says two things', { ...need(a, b), order: ['c', 'd'] }, 'write exactly one of'],
    ['has no `before`', { require: a, within: '1m' }, 'require: has no `before`'],
    ['has no `forbid`', { after: a, within: '1m' }, 'after: has no `forbid`'],
    ['has no time', { require: a, before: b }, 'within: is missing'],
    [
      'has two times',
      { count: { of: a, moreThan: 1, within: '1m' }, within: '1m' },
      'spec.sequences[0].within: "1m" stands beside count, which has its own; remove it',
    ],
    [
      'keeps longer than is kept',
      { ...need(a, b), within: '745h' },
      'is out of range; write a duration from 1s to 744h',
    ],
    ['means no call', need({ tools: [] }, b), 'require: means no call'],
    [
      'names two places',
      need(a, b, { match: { argument: 'x', equals: { result: 'y', argument: 'z' } } }),
      'names no place, or two',
    ],
    [
      'uses what it does not require',
      { after: a, forbid: b, within: '1m', uses: 1 },
      'goes with `require` alone; remove it',
    ],
    ['asks nobody and says whom', need(a, b, { approval: {} }), 'approval'],
  ])('is refused where it %s', (_, sequence, message) => {
    expect(problemsOf({ sequences: [sequence] }).join('\n')).toContain(message);
  });

  it('has a name of its own', () => {
    const spec = { tools: [{ name: 'x', names: ['t'], effect: 'Allow' }], sequences: [{ ...need(a, b), name: 'x' }] };
    expect(problemsOf(spec).join()).toContain(
      'is the name of tools[0] already; give every rule of a pack a name of its own',
    );
  });
});
