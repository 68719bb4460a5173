import { describe, expect, it } from 'vitest';
import { hiddenFrom } from './grantable.ts';
import { previewOf } from './preview.ts';

const call = (args: Record<string, unknown>, more: object = {}) => ({ name: 'transfer', arguments: args, ...more });
const hidden = (params: ReturnType<typeof call>, preview = previewOf(params, 'transfer')) =>
  hiddenFrom('tools/call', params, preview);

describe('what a preview does not show', () => {
  it('is nothing of a call that is shown whole', () => {
    expect(hidden(call({ amount: 5, to: { name: 'ACME', tags: ['x', null] }, empty: {} }))).toEqual([]);
    expect(hiddenFrom('tools/call', { name: 'transfer', _meta: { progressToken: 1 } }, {})).toEqual([]);
  });

  it('is named by its place, whatever it was cut for', () => {
    const params = call({ 'a/b': 'x'.repeat(3000), c: { d: Array.from({ length: 200 }, (_, at) => at) }, e: 1 });
    expect(hidden(params)).toEqual(['/a~1b', '/c/d']);
  });

  it('is named by its place, where it was redacted', () => {
    expect(hidden(call({ to: { iban: 'DE1' }, amount: 1 }), { to: { iban: '[redacted: IBAN]' }, amount: 1 })).toEqual([
      '/to/iban',
    ]);
  });

  it('is all of what has another shape', () => {
    expect(hidden(call({ a: [1] }), { a: { 0: 1 } })).toEqual(['/a']);
    expect(hidden(call({ a: { b: 1 } }), { a: { c: 1 } })).toEqual(['/a']);
  });
});

describe('no grant can be about', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['what is no call of a tool', 'resources/read', { uri: 'x:y' }],
    ['a call that says more than arguments', 'tools/call', call({ a: 1 }, { task: {} })],
    ['arguments that are no object', 'tools/call', { name: 'transfer', arguments: [1] }],
    [
      'more arguments than are shown',
      'tools/call',
      call(Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`k${i}`, i]))),
    ],
    [
      'a call of which little is shown',
      'tools/call',
      call(Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`k${i}`, 'x'.repeat(2500)]))),
    ],
  ])('%s', (_what, method, params) => {
    expect(hiddenFrom(method, params, previewOf(params, 'transfer'))).toBeUndefined();
  });
});
