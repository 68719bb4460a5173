import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { OperatorAnswer, OperatorClient, OperatorRequest } from '../operator-client/client.ts';
import { SYSTEM_CLOCK } from '../clock.ts';
import type { Approval, ApprovalSubject } from './approval.ts';
import { OperatorWatch } from './operator-watch.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const revision = `sha256:${'b'.repeat(64)}`;
const approval: Approval = {
  name: 'ledger-1',
  subject: { digest, revision } as ApprovalSubject,
  expiresAt: 0,
  pin: undefined,
  state: 'Pending',
  decidedBy: undefined,
  reason: undefined,
};
const answer = (state: string, status = 200): OperatorAnswer => ({
  status,
  body: { name: 'ledger-1', state, digest, revision, expiresAt: '2026-01-01T00:00:00Z' },
});

let asked: OperatorRequest[];
let answers: (OperatorAnswer | Error | 'wait')[];
let over: number;
let heard: string[];
let watch: OperatorWatch;

/** Answers with what is next; with nothing left, or told to wait, until it is given up. */
async function request(question: OperatorRequest): Promise<OperatorAnswer> {
  asked.push(question);
  const next = answers.shift() ?? 'wait';
  if (next instanceof Error) throw next;
  if (next !== 'wait') return next;
  await sleep(60_000, undefined, { signal: question.signal });
  throw new Error('nobody answered');
}
const listen = (): (() => void) => {
  const stop = watch.add(({ state }) => heard.push(state));
  onTestFinished(stop);
  return stop;
};

beforeEach(() => {
  asked = [];
  answers = [];
  over = 0;
  heard = [];
  watch = new OperatorWatch(
    { request } as Pick<OperatorClient, 'request'> as OperatorClient,
    approval,
    SYSTEM_CLOCK,
    () => over++,
  );
});

test('asks once for all who wait, and tells all of them', async () => {
  answers = [answer('Approved')];
  listen();
  listen();
  await vi.waitFor(() => expect(heard).toEqual(['Approved', 'Approved']));
  expect(asked).toHaveLength(1);
  expect(asked[0]?.path).toBe('/v1/approvals/ledger-1?unless=Pending&wait=25');
  expect(over).toBe(1);
});

test('goes on asking while it is pending, or the answer is no use', async () => {
  answers = [answer('Pending'), answer('Approved', 500), { status: 200, body: {} }, new Error('cut'), answer('Denied')];
  listen();
  await vi.waitFor(() => expect(heard).toEqual(['Denied']), 5_000);
  expect(asked).toHaveLength(5);
});

test('does not ask without a pause where nobody waits at the other end', async () => {
  answers = Array.from({ length: 50 }, () => answer('Pending'));
  listen();
  await sleep(250);
  expect(asked.length).toBeLessThan(5);
});

test('a request that is gone was withdrawn', async () => {
  answers = [{ status: 404, body: undefined }];
  listen();
  await vi.waitFor(() => expect(heard).toEqual(['Withdrawn']));
});

describe('who leaves', () => {
  test('is not told, and the others are', async () => {
    answers = [new Error('cut'), answer('Approved')];
    const leave = listen();
    listen();
    leave();
    await vi.waitFor(() => expect(heard).toEqual(['Approved']));
  });

  test('last ends the question, once', async () => {
    const [one, two] = [listen(), listen()];
    one();
    expect(over).toBe(0);
    two();
    two();
    expect(over).toBe(1);
    expect(asked[0]?.signal?.aborted).toBe(true);
    await sleep(20);
    expect(asked).toHaveLength(1);
  });

  test('in the moment of the answer hears nothing', async () => {
    answers = [answer('Approved')];
    const leave = listen();
    leave();
    await sleep(20);
    expect(heard).toEqual([]);
  });
});
