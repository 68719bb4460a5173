import { describe, expect, it } from 'vitest';
import { approvalGrantSchema } from '../api/approval-grant.ts';
import { whyNotFitting } from './fits-grant.ts';
import { grantFrom, type GrantableRequest, type GrantOptions } from './grant-from.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const digest = `sha256:${'a'.repeat(64)}`;
const preview = { amount: 5000, to: 'ACME', dry: false, tags: ['x'] };

function request(call: object = {}, spec: object = {}): GrantableRequest {
  return {
    metadata: { name: 'ledger-transfer-x7k2m', namespace: 'finance' },
    spec: {
      server: 'ledger',
      subject: { type: 'Call', call: { method: 'tools/call', tool: 'transfer', preview, digest, ...call } },
      principal: { name: 'billing-agent', groups: ['agents'] },
      reason: 'why',
      rule: 'finance/payments#transfer, root/base#money',
      revision: digest,
      expiresAt: '2026-11-21T10:15:00Z',
      ...spec,
    },
  };
}

const options = (more: Partial<GrantOptions> = {}): GrantOptions => ({ forMs: 7_200_000, uses: 10, now: NOW, ...more });

function madeFrom(from: GrantableRequest, more: Partial<GrantOptions> = {}) {
  const made = grantFrom(from, options(more));
  return 'grant' in made ? made.grant : expect.fail(made.problem);
}

describe('a grant from a request', () => {
  it('is for calls like it alone, and fits the call itself', () => {
    const grant = madeFrom(request(), { reason: 'month end', grantedBy: { username: 'ada', groups: ['treasury'] } });
    expect(grant).toEqual({
      apiVersion: 'sallyport.dev/v1alpha1',
      kind: 'ApprovalGrant',
      metadata: { name: 'ledger-transfer-x7k2m', namespace: 'finance' },
      spec: {
        server: 'ledger',
        tool: 'transfer',
        principal: { name: 'billing-agent' },
        arguments: [
          { at: '/amount', enum: [5000] },
          { at: '/to', enum: ['ACME'] },
          { at: '/dry', json: 'false' },
          { at: '/tags', json: '["x"]' },
        ],
        rules: ['finance/payments#transfer', 'root/base#money'],
        maxUses: 10,
        expiresAt: '2026-11-21T12:00:00.000Z',
        request: 'ledger-transfer-x7k2m',
        reason: 'month end',
        grantedBy: { username: 'ada', groups: ['treasury'] },
      },
    });
    expect(approvalGrantSchema.safeParse(grant).error).toBeUndefined();
    expect(whyNotFitting(grant.spec.arguments, { arguments: preview, hidden: [] })).toBeUndefined();
  });

  it('is bound to the definition that the call was held with', () => {
    expect(madeFrom(request({ pin: digest })).spec.pin).toBe(digest);
  });

  it('leaves free what it is told to, by name or by place', () => {
    const { spec } = madeFrom(request({ preview: { amount: 1, to: { iban: 'x', name: 'y' } } }), {
      any: ['/to/name', 'memo'],
      max: { amount: 9 },
      name: 'other',
    });
    expect(spec.arguments).toEqual([
      { at: '/amount', max: 9 },
      { at: '/to/iban', enum: ['x'] },
      { at: '/to/name', any: true },
      { at: '/memo', any: true },
    ]);
  });

  it('leaves who makes it to the API server', () => {
    expect(madeFrom(request()).spec).not.toHaveProperty('grantedBy');
  });
});

describe('there is no grant', () => {
  it.each<[string, GrantableRequest, Partial<GrantOptions>, string]>([
    [
      'for a resource',
      request({ method: 'resources/read', tool: undefined, resource: 'x:y' }),
      {},
      'only calls of tools',
    ],
    ['for a definition', request({}, { subject: undefined }), {}, 'only calls of tools'],
    ['without uses', request(), { uses: 0 }, '1 to 100 uses'],
    ['with too many uses', request(), { uses: 101 }, '1 to 100 uses'],
    ['without an end', request(), { forMs: Number.NaN }, 'stands for some time'],
    ['where rules are cut', request({}, { rule: 'a/b#c, d/e#f…' }), {}, 'does not name all the rules'],
    ['where a value is cut', request({ preview: { a: 'x… [3 more characters]' } }), {}, '/a is not shown whole'],
    ['where a value is redacted', request({ preview: { a: ['see [redacted: IBAN]'] } }), {}, '/a is not shown whole'],
    [
      'where arguments are left out',
      request({ preview: { '…': '[5 more members]' } }),
      {},
      'does not show all arguments',
    ],
    ['where a value is too long', request({ preview: { a: 'é'.repeat(5000) } }), {}, '/a is too long'],
    ['with an end for what is no number', request(), { max: { to: 5 } }, '/to is no number'],
    ['with an end for what is not there', request(), { max: { sum: 5 } }, 'no argument /sum'],
  ])('%s', (_what, from, more, problem) => {
    const made = grantFrom(from, options(more));
    expect('problem' in made ? made.problem : 'made').toContain(problem);
  });

  it('with more arguments than one has room for', () => {
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`a${at}`, at]));
    expect(grantFrom(request({ preview: many }), options())).toEqual({
      problem: expect.stringContaining('too many arguments') as string,
    });
  });
});

describe('who makes it', () => {
  const groupsOf = (groups: string[], asked: string[] = []) =>
    madeFrom(request({}, { quorums: [{ quorum: 1, approvers: { groups: asked } }] }), {
      grantedBy: { username: 'ada', groups },
    }).spec.grantedBy;

  it('is named with all groups but the one that everybody is in', () => {
    expect(groupsOf(['a', 'system:masters', 'system:authenticated'])).toEqual({
      username: 'ada',
      groups: ['a', 'system:masters'],
    });
    expect(groupsOf(['system:authenticated'])).toEqual({ username: 'ada' });
  });

  it('is named with as many as a grant keeps, those that are asked for first', () => {
    const many = Array.from({ length: 65 }, (_, at) => `group-${at}`);
    expect(groupsOf(many, ['group-64'])?.groups).toEqual(['group-64', ...many.slice(0, 63)]);
  });
});
