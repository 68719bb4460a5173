/** What holds of an ApprovalGrant whatever admission policies are installed: it never grows, and is used as often as it says. */
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { cleanupAfterAll } from '../../../support/cleanup.ts';
import { COMPLETE, COMPLETE_STATUS } from './complete.ts';
import { type CustomObject, messageOf, RawApi } from './raw-api.ts';

const { use } = cleanupAfterAll();
let api: RawApi;
let namespace: string;
let grant: CustomObject;
let count = 0;

beforeAll(async () => {
  api = await use(new RawApi(inject('apiServerKubeconfig')));
  namespace = await api.namespace();
});

const { revoked: _, ...spec } = COMPLETE.grant.spec;

beforeEach(async () => {
  grant = { ...COMPLETE.grant, spec: { ...spec, maxUses: 2 }, metadata: { name: `grant-${(count += 1)}` } };
  expect(messageOf(await api.create(namespace, grant))).toBe('accepted');
});

const patched = async (patch: object, subresource = ''): Promise<string> =>
  messageOf(await api.patch(namespace, grant, patch, subresource));

const use_ = (letter: string, time = '2026-11-21T10:00:00Z') => ({
  id: letter.repeat(32),
  digest: `sha256:${letter.repeat(64)}`,
  time,
});
const usedBy = (...used: object[]): Promise<string> => patched({ status: { uses: used.length, used } }, '/status');

describe('the spec of an ApprovalGrant', () => {
  it.each([
    ['the tool', { tool: 'other' }],
    ['the principal', { principal: { name: 'eve' } }],
    ['an argument', { arguments: [{ at: '/amount', max: 50_000 }] }],
    ['the rules', { rules: ['a/b#c'] }],
    ['the definition', { pin: null }],
    ['the uses', { maxUses: 100 }],
    ['the expiry', { expiresAt: '2030-01-01T00:00:00Z' }],
    ['who made it', { grantedBy: { username: 'eve' } }],
    ['why', { reason: 'other' }],
    ['the request', { request: null }],
  ])('never changes in %s', async (_what, change) => {
    expect(await patched({ spec: change })).toContain('changes nothing but revoked, from false to true');
  });

  it('is revoked once and for all', async () => {
    expect(await patched({ spec: { revoked: false } })).toBe('accepted');
    expect(await patched({ spec: { revoked: true } })).toBe('accepted');
    for (const revoked of [false, null]) {
      expect(await patched({ spec: { revoked } })).toContain('changes nothing but revoked');
    }
  });
});

describe('the status of an ApprovalGrant', () => {
  it('is Pending and not observed from the first moment, whatever its author says', async () => {
    const fresh = { state: 'Pending', observedGeneration: 0 };
    const forged = { ...grant, metadata: { name: `forged-${count}` }, status: COMPLETE_STATUS.grant };
    expect((await api.create(namespace, forged)).body['status']).toEqual(fresh);
  });

  it('counts each use, and no more than there may be', async () => {
    expect(await usedBy(use_('a'))).toBe('accepted');
    expect(await patched({ status: { uses: 2 } }, '/status')).toContain('uses is not the number of entries in used');
    expect(await usedBy(use_('a'), use_('a'))).toContain('Duplicate value');
    expect(await usedBy(use_('a'), use_('b'))).toBe('accepted');
    expect(await usedBy(use_('a'), use_('b'), use_('c'))).toContain('has let through as many calls as it may');
  });

  it('keeps what was used', async () => {
    await usedBy(use_('a'));
    const gone = 'a use was changed or removed; what has been used stays used';
    expect(await usedBy()).toContain(gone);
    expect(await usedBy(use_('b'))).toContain(gone);
    expect(await usedBy({ ...use_('a'), digest: use_('b').digest })).toContain(gone);
    expect(await patched({ status: { uses: null, used: null } }, '/status')).toContain(gone);
  });

  it('has no use at or behind its expiry', async () => {
    expect(await usedBy(use_('a', spec.expiresAt))).toContain('a use is later than the expiry');
  });

  it('has no use any more once it was revoked', async () => {
    await usedBy(use_('a'));
    await patched({ spec: { revoked: true } });
    expect(await usedBy(use_('a'), use_('b'))).toContain('was revoked and lets nothing through');
    expect(await patched({ status: { state: 'Revoked' } }, '/status')).toBe('accepted');
  });

  it('has votes that are cast once and stay', async () => {
    const bob = { username: 'bob', decision: 'Approved' };
    expect(await patched({ status: { votes: [bob] } }, '/status')).toBe('accepted');
    expect(await patched({ status: { votes: [] } }, '/status')).toContain('a vote was changed or removed');
  });
});
