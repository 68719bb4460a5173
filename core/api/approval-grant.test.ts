import { describe, expect, it } from 'vitest';
import { approvalGrantSchema } from './approval-grant.ts';

const spec = {
  server: 'ledger',
  tool: 'transfer',
  principal: { name: 'billing-agent' },
  arguments: [{ at: '/amount', max: 5000 }],
  rules: ['finance/payments#transfer'],
  maxUses: 10,
  expiresAt: '2026-11-21T12:00:00Z',
  grantedBy: { username: 'ada' },
};

function complaints(more: object): string[] {
  const grant = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'ApprovalGrant', metadata: { name: 'month-end' } };
  const { error } = approvalGrantSchema.safeParse({ ...grant, spec: { ...spec, ...more } });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('an ApprovalGrant', () => {
  it.each([
    {},
    { arguments: [] },
    { pin: `sha256:${'a'.repeat(64)}`, request: 'ledger-transfer-x7k2m', reason: 'month end', revoked: true },
    { arguments: [{ at: '/a~1b/0', enum: [1, 'x'] }] },
    { arguments: [{ at: '/a', pattern: '[A-Z]+' }] },
    { arguments: [{ at: '/a', min: 1, max: 1 }] },
    { arguments: [{ at: '/a', json: '{"b":[true,null]}' }] },
    { arguments: [{ at: '/a', any: true }] },
  ])('may say %j', (more) => {
    expect(complaints(more)).toEqual([]);
  });

  it.each([
    ['no rule', { rules: [] }, 'spec.rules: '],
    ['more uses than are kept', { maxUses: 101 }, 'spec.maxUses: is not a whole number from 1 to 100'],
    ['no use', { maxUses: 0 }, 'spec.maxUses: is not a whole number from 1 to 100'],
    ['a time that is none', { expiresAt: 'soon' }, 'spec.expiresAt: is not a time'],
    ['an argument by its name', { arguments: [{ at: 'amount', any: true }] }, 'at: is not a JSON Pointer'],
    [
      'two words on an argument',
      { arguments: [1, 2].map((max) => ({ at: '/a', max })) },
      'spec.arguments: names an argument twice',
    ],
    ['all arguments at once', { arguments: [{ at: '', any: true }] }, 'at: is not a JSON Pointer'],
    ['an argument of which it says nothing', { arguments: [{ at: '/a' }] }, 'does not say what the value may be'],
    ['an argument twice', { arguments: [{ at: '/a', max: 1, enum: [1] }] }, 'or says it twice'],
    ['an empty range', { arguments: [{ at: '/a', min: 2, max: 1 }] }, 'max: max is smaller than min'],
    ['what is no JSON', { arguments: [{ at: '/a', json: '{a}' }] }, 'json: is not JSON'],
    ['what is no pattern', { arguments: [{ at: '/a', pattern: '(?=a)' }] }, 'pattern: is not a pattern of RE2'],
  ])('cannot have %s', (_what, more, complaint) => {
    expect(complaints(more)).toEqual([expect.stringContaining(complaint)]);
  });
});
