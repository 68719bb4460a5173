import { describe, expect, it } from 'vitest';
import { toolRulesSchema } from './tools.ts';

const complaints = (rule: object): string[] =>
  (toolRulesSchema.safeParse([{ names: ['x'], effect: 'Allow', ...rule }]).error?.issues ?? []).map(
    ({ path, message }) => `${path.slice(1).join('.')}: ${message}`,
  );
const checks = { path: { type: 'path', roots: ['/data'] } };

describe('a rule on tools', () => {
  it.each(['Allow', 'Log', 'RequireApproval'])('checks arguments with %s', (effect) => {
    expect(complaints({ effect, arguments: checks })).toEqual([]);
  });

  it('checks none with Deny, which refuses the call anyway', () => {
    expect(complaints({ effect: 'Deny', arguments: checks })).toEqual([
      expect.stringMatching(/^arguments: has no effect with Deny/),
    ]);
  });

  it.each(['Allow', 'Log', 'Deny'])('has no terms of an approval with %s', (effect) => {
    expect(complaints({ effect, approval: { hold: '1s' } })).toEqual([
      `approval: has no meaning with effect ${effect}; remove it or write \`effect: RequireApproval\``,
    ]);
  });

  it('says all that is wrong with it at once', () => {
    expect(complaints({ effect: 'Deny', arguments: checks, approval: {} })).toHaveLength(2);
  });

  it('cannot ask for anything that nothing acts on', () => {
    expect(complaints({ effect: 'Redact' })).toHaveLength(1);
  });

  it.each([
    ['a path that is not absolute', { path: { type: 'path', roots: ['data'] } }],
    ['a path with a way up', { path: { type: 'path', roots: ['/data/../etc'] } }],
    ['a path with an empty part', { path: { type: 'path', roots: ['/data//a'] } }],
    ['no root', { path: { type: 'path', roots: [] } }],
    ['no parameter', {}],
    ['a parameter without a name', { '': { type: 'path', roots: ['/data'] } }],
    ['another type', { path: { type: 'planet', roots: ['/data'] } }],
  ])('does not take %s for a check', (_what, given) => {
    expect(complaints({ arguments: given })).toHaveLength(1);
  });

  it.each(['/', '/data', '/data/', '/data/.git', '/data/...', '/data/..a'])('takes %s for a root', (root) => {
    expect(complaints({ arguments: { path: { type: 'path', roots: [root] } } })).toEqual([]);
  });
});
