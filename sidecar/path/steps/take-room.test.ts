import { beforeEach, describe, expect, it } from 'vitest';
import { findRevision } from '../../../core/mcp/revisions/index.ts';
import type { Refusal } from '../../../core/mcp/refusals.ts';
import { ada } from '../../../core/policy/testing/gen.ts';
import { LocalProof } from '../../identity/proof.ts';
import { ByteBudget } from '../../memory/byte-budget.ts';
import { MAX_OPEN_CALLS, OpenCalls } from '../../memory/open-calls.ts';
import { enteringCall, judgingMessage, requestOf } from '../../testing/calls.ts';
import { reserve, serveOne, takeRoom } from './take-room.ts';

const proof = new LocalProof(ada);
let gate: { openCalls: OpenCalls; bytes: ByteBudget };
beforeEach(() => {
  gate = { openCalls: new OpenCalls(), bytes: new ByteBudget(1024 * 1024, () => {}, { bodyMs: 5, answerMs: 5 }) };
});

function entered(httpMethod: 'POST' | 'GET' = 'POST') {
  const call = enteringCall({ proof, httpMethod });
  return { call, refusal: takeRoom(call, gate) };
}

describe('room', () => {
  it('is taken as soon as it is known whose call it is', () => {
    expect(takeRoom(enteringCall(), gate)).toBeUndefined();
    expect(gate.openCalls.present).toBe(0);
    expect(entered().call.room).toBeDefined();
    expect(gate.openCalls.present).toBe(1);
  });

  it('is bounded for calls, not for streams', () => {
    let refusal: Refusal | undefined;
    for (let i = 0; i < 5 * MAX_OPEN_CALLS && refusal === undefined; i++) ({ refusal } = entered());
    expect(refusal).toMatchObject({ reason: 'too-many-calls' });
    expect(entered('GET').refusal).toBeUndefined();
  });
});

describe('a call in flight', () => {
  const served = (message: Parameters<typeof judgingMessage>[0]) => {
    const { call } = entered();
    return serveOne(judgingMessage(message, { proof, room: call.room }));
  };

  it('is one of so many; what is no request always gets through', () => {
    let refusal: Refusal | undefined;
    for (let i = 0; i <= MAX_OPEN_CALLS && refusal === undefined; i++)
      refusal = served({ message: requestOf('tools/call') });
    expect(refusal).toMatchObject({ reason: 'too-many-calls' });
    expect(
      served({ message: { kind: 'notification', method: 'notifications/cancelled', params: {} } }),
    ).toBeUndefined();
  });

  it('is none when it becomes a stream', () => {
    const rule = findRevision('2026-07-28')?.requests.get('subscriptions/listen');
    expect(rule?.door).toBe('listen');
    expect(served({ message: requestOf('subscriptions/listen'), judgement: { rule } })).toBeUndefined();
    expect([gate.openCalls.size, gate.openCalls.present]).toEqual([0, 0]);
  });
});

describe('the bytes of a body', () => {
  const asked = async (bytes: number): Promise<string | undefined> =>
    new Promise((resolve) => {
      reserve(entered().call, gate, bytes, (refusal) => resolve(refusal?.reason));
    });

  it('are reserved at once where there is room', async () => {
    expect(await asked(1000)).toBeUndefined();
    expect(gate.bytes.used).toBeGreaterThanOrEqual(1000);
  });

  it('are waited for, and not for ever', async () => {
    expect(await asked(64 * 1024 * 1024)).toBe('no-room');
  });
});
