/** What holds of an ApprovalRequest whatever admission policies are installed: it never changes, and a decision is made once. */
import { NEW_REQUEST } from '../../../../core/api/approval-conditions.ts';
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { cleanupAfterAll } from '../../../support/cleanup.ts';
import { COMPLETE, COMPLETE_STATUS } from './complete.ts';
import { asSaid } from './older-words.ts';
import { type CustomObject, messageOf, RawApi } from './raw-api.ts';

const { use } = cleanupAfterAll();
let api: RawApi;
let namespace: string;
let request: CustomObject;
let count = 0;

beforeAll(async () => {
  api = await use(new RawApi(inject('apiServerKubeconfig')));
  namespace = await api.namespace();
});

beforeEach(async () => {
  request = { ...COMPLETE.approval, metadata: { name: `request-${(count += 1)}` } };
  expect(messageOf(await api.create(namespace, request))).toBe('accepted');
});

const patched = async (patch: object, subresource = ''): Promise<string> =>
  messageOf(await api.patch(namespace, request, patch, subresource));
const stateAfter = (state: string): Promise<string> => patched({ status: { state } }, '/status');
const statusOf = async (): Promise<unknown> => (await api.patch(namespace, request, {})).body['status'];

describe('the spec of an ApprovalRequest', () => {
  it.each([
    ['an argument', { subject: { call: { preview: { amount: 50_000 } } } }],
    ['the expiry', { expiresAt: '2030-01-01T00:00:00Z' }],
    ['the digest', { subject: { call: { digest: `sha256:${'b'.repeat(64)}` } } }],
    ['a group of the requester', { principal: { groups: [] } }],
  ])('never changes in %s', async (_, spec) => {
    const says = 'spec: Invalid value: never changes, since what was approved is exactly';
    expect(asSaid(await patched({ spec }))).toContain(asSaid(says));
  });

  it('cannot be changed by way of the status', async () => {
    expect(await patched({ spec: { subject: { call: { tool: 'other' } } } }, '/status')).toBe('accepted');
    const { body } = await api.patch(namespace, request, {});
    expect(body).toMatchObject({ spec: { subject: { call: { tool: 'transfer' } } }, metadata: { generation: 1 } });
  });

  it('lets labels change', async () => {
    expect(await patched({ metadata: { labels: { seen: 'yes' } } })).toBe('accepted');
  });
});

describe('the status of an ApprovalRequest', () => {
  it('is Pending from the first moment', async () => {
    expect(await statusOf()).toEqual(NEW_REQUEST);
  });

  it('is not written by who creates or changes the request', async () => {
    const forged = { ...request, metadata: { name: 'forged' }, status: COMPLETE_STATUS.approval };
    expect((await api.create(namespace, forged)).body['status']).toEqual(NEW_REQUEST);
    expect(await patched({ status: { state: 'Approved' } })).toBe('accepted');
    expect(await statusOf()).toEqual(NEW_REQUEST);
  });

  it.each([
    [['Approved', 'Consumed'], 'accepted'],
    [['Approved', 'Expired'], 'accepted'],
    [['Approved', 'Withdrawn'], 'accepted'],
    [['Denied'], 'accepted'],
    [['Expired'], 'accepted'],
    [['Withdrawn'], 'accepted'],
    [['Consumed'], 'only an approved one is consumed'],
    [['Approved', 'Pending'], 'is settled'],
    [['Approved', 'Denied'], 'is settled'],
    [['Denied', 'Approved'], 'is settled'],
    [['Expired', 'Approved'], 'is settled'],
    [['Approved', 'Consumed', 'Approved'], 'is settled'],
    [['Withdrawn', 'Approved'], 'is settled'],
  ])('that goes to %j is %s', async (states, outcome) => {
    let message = '';
    for (const state of states) message = await stateAfter(state);
    expect(message).toContain(outcome);
  });

  it('cannot be undone by taking it away', async () => {
    await stateAfter('Denied');
    expect(await patched({ status: null }, '/status')).toContain('is settled');
  });

  it('has votes that are cast once and stay', async () => {
    const ada = { username: 'ada', decision: 'Approved' };
    const vote = (...votes: object[]): Promise<string> => patched({ status: { votes } }, '/status');
    expect(await vote(ada)).toBe('accepted');
    expect(await vote(ada, { username: 'ada', decision: 'Denied' })).toContain('Duplicate value');
    expect(await vote({ ...ada, decision: 'Denied' })).toContain('a vote was changed or removed; a vote is cast once');
    expect(await vote()).toContain('a vote was changed or removed');
    expect(await patched({ status: { votes: null } }, '/status')).toContain('a vote was changed or removed');
    expect(await vote(ada, { username: 'bob', decision: 'Denied' })).toBe('accepted');
  });
});

describe('the status of the other kinds', () => {
  it.each(['workload', 'pack'] as const)('of the object %s is written through its subresource alone', async (key) => {
    const object: CustomObject = { ...COMPLETE[key], status: COMPLETE_STATUS[key] };
    expect((await api.create(namespace, object)).body['status']).toEqual({ observedGeneration: 0 });
    await api.setStatus(namespace, object, COMPLETE_STATUS[key]);
    const { body } = await api.patch(namespace, object, { status: null, metadata: { labels: { a: 'b' } } });
    expect(body).toMatchObject({ status: COMPLETE_STATUS[key], metadata: { generation: 1 } });
    expect(
      (await api.patch(namespace, object, { spec: key === 'pack' ? { tools: [] } : { access: { anonymous: false } } }))
        .body,
    ).toMatchObject({
      metadata: { generation: 2 },
    });
  });
});
