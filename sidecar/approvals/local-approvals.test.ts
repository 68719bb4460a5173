import { expect, it, vi } from 'vitest';
import { SYSTEM_CLOCK } from '../clock.ts';
import type { ApprovalSubject } from './approval.ts';
import { ApprovalBroker } from './broker.ts';
import { LocalApprovals } from './local-approvals.ts';

const subject: ApprovalSubject = {
  namespace: 'finance',
  server: 'ledger',
  method: 'tools/call',
  target: { kind: 'tool', name: 'transfer', args: undefined },
  principal: { kind: 'token', name: 'ada', groups: [] },
  digest: `sha256:${'a'.repeat(64)}`,
  pin: undefined,
  shown: {},
  preview: {},
  reason: 'why',
  rules: ['r'],
  revision: `sha256:${'b'.repeat(64)}`,
  expiresMs: 60_000,
};

function setUp() {
  let count = 0;
  const broker = new ApprovalBroker(SYSTEM_CLOCK, () => `a${++count}`);
  const service = new LocalApprovals(broker, SYSTEM_CLOCK);
  const submit = async (changes: Partial<ApprovalSubject> = {}) => {
    const outcome = await service.submit({ ...subject, ...changes }, undefined);
    return outcome.kind === 'found' ? outcome.approval : expect.fail(outcome.kind);
  };
  return { broker, service, submit };
}

it('tells who waits when the request expires, and the same call asks anew then', async () => {
  const { service, submit } = setUp();
  const approval = await submit({ expiresMs: 30 });
  const listener = vi.fn();
  service.watch(approval, listener);
  await vi.waitFor(() =>
    expect(listener).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ state: 'Expired' })),
  );
  expect((await submit()).name).toBe('a2');
});

it('tells nothing to who left', async () => {
  const { broker, service, submit } = setUp();
  const approval = await submit();
  const listener = vi.fn();
  service.watch(approval, listener)();
  broker.decide(approval.name, 'Approved', 'eve', undefined);
  expect(listener).not.toHaveBeenCalled();
});

it('grants a claim once, and says in which state the others met it', async () => {
  const { broker, service, submit } = setUp();
  const approval = await submit();
  broker.decide(approval.name, 'Approved', 'eve', undefined);
  expect(await service.claim(approval)).toMatchObject({ kind: 'claimed', approval: { state: 'Consumed' } });
  expect(await service.claim(approval)).toMatchObject({ kind: 'not-claimed', approval: { state: 'Consumed' } });
  expect(await service.claim({ ...approval, name: 'gone' })).toMatchObject({ approval: { state: 'Withdrawn' } });
});

it('knows a named approval only for the call it is for', async () => {
  const { service, submit } = setUp();
  const { name } = await submit();
  expect(await service.submit(subject, name)).toMatchObject({ kind: 'found', approval: { name } });
  expect(await service.submit({ ...subject, digest: 'sha256:other' }, name)).toEqual({ kind: 'unknown', name });
});

it('asks nobody where it takes two people, and does where it takes one of some', async () => {
  const { service, submit } = setUp();
  const two = await service.submit({ ...subject, quorums: [{ quorum: 2 }, { quorum: 1 }] }, undefined);
  expect(two).toEqual({ kind: 'unavailable', why: 'it takes 2 people, and local mode knows one' });
  const approvers = { groups: ['treasury'] };
  expect(await submit({ quorums: [{ quorum: 1, approvers }] })).toMatchObject({ state: 'Pending' });
});
