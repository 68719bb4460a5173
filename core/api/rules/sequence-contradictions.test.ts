import { describe, expect, it } from 'vitest';
import { loadDocuments } from '../load.ts';

const problemsOf = (spec: object) =>
  loadDocuments(
    JSON.stringify({ apiVersion: 'sallyport.dev/v1alpha1', kind: 'PolicyPack', metadata: { name: 'p' }, spec }),
    'p.yaml',
  ).problems.map(({ path, message, mend }) => `${path}: ${message}; ${mend}`);
const need = (require: object, before: object, more: object = {}) => ({ require, before, within: '1m', ...more });
const [a, b, c] = [{ tools: ['a'] }, { tools: ['b'] }, { tools: ['c'] }];
const NEVER = 'can never be met';

describe('sequences that nothing could meet', () => {
  it.each<[string, object, string]>([
    ['itself first', { sequences: [need(a, a)] }, 'spec.sequences[0].require'],
    ['two in a circle', { sequences: [need(a, b), need(b, a)] }, 'spec.sequences[0].require'],
    ['three in a circle', { sequences: [need(a, b), need(b, c), need(c, a)] }, 'spec.sequences[2].require'],
    [
      'an order and its contrary',
      { sequences: [{ order: ['a', 'b'], within: '1m' }, need(b, a)] },
      'spec.sequences[0].order',
    ],
    ['by a pattern', { sequences: [need(a, { tools: ['*'] })] }, 'spec.sequences[0].require'],
    ['by a label', { labels: { x: ['a'] }, sequences: [need(a, { labels: ['x'] })] }, 'spec.sequences[0].require'],
    [
      'of the same callers',
      { sequences: [need(a, b, { principals: { names: ['x'] } }), need(b, a)] },
      'spec.sequences[0].require',
    ],
  ])('are refused with their field: %s', (_, spec, field) => {
    const problems = problemsOf(spec);
    expect(problems.filter((one) => one.includes(NEVER)).map((one) => one.split(':')[0])).toContain(field);
  });

  it.each<[string, object]>([
    ['something else does as well', { sequences: [need({ tools: ['a', 'c'] }, a)] }],
    ['one after the other', { sequences: [need(a, b), need(b, c)] }],
    ['a person may let it pass', { sequences: [need(a, b), need(b, a, { effect: 'RequireApproval' })] }],
    ['one only records', { sequences: [need(a, b), need(b, a, { mode: 'Shadow' })] }],
    [
      'they are about different callers',
      { sequences: [need(a, b, { principals: { names: ['x'] } }), need(b, a, { principals: { names: ['y'] } })] },
    ],
    ['another tool may carry the label', { labels: { x: ['a'] }, sequences: [need({ labels: ['x'] }, a)] }],
    ['once and never again', { sequences: [{ after: a, forbid: a, within: '1m' }] }],
  ])('are not these: %s', (_, spec) => {
    expect(problemsOf(spec)).toEqual([]);
  });
});
