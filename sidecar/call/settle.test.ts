import { describe, expect, it } from 'vitest';
import { findRevision } from '../../core/mcp/revisions/index.ts';
import { ByteBudget } from '../memory/byte-budget.ts';
import { OpenCalls } from '../memory/open-calls.ts';
import { Room } from '../memory/room.ts';
import { TestReply, answerParts, callOf, endpointSession } from '../testing/answering.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import { enteringCall } from '../testing/calls.ts';
import { settle } from './settle.ts';

function room() {
  const [calls, budget] = [new OpenCalls(), new ByteBudget(1024 * 1024)];
  const lease = budget.lease('ada');
  lease.fits(1000);
  calls.enter('ada');
  const taken = new Room(calls, lease, true);
  taken.serve();
  return { taken, calls, budget };
}

describe('the end of a call', () => {
  it('comes once: later ones neither give back nor record anything', () => {
    const parts = answerParts();
    const call = callOf(parts);
    settle(call, parts, 'answered', 'forwarded');
    settle(call, parts, 'client-gone', 'forwarded');
    expect(parts.lines).toMatchObject([{ outcome: 'answered', method: 'tools/call' }]);
  });

  it('gives back its room, its id and its place among those that the server has', () => {
    const parts = answerParts();
    const { taken, calls, budget } = room();
    const call = callOf(parts, { room: taken });
    parts.dispatched.add(call, false);
    settle(call, parts, 'answered', 'forwarded');
    expect([calls.size, calls.present, budget.used, parts.dispatched.size]).toEqual([0, 0, 0, 0]);
    expect(call.asked?.isOpen).toBe(false);
  });

  it('over HTTP+SSE leaves the id taken until the answer is there', () => {
    const parts = answerParts();
    const { taken, calls } = room();
    const session = endpointSession(parts, new TestReply());
    const call = callOf(parts, { session, room: taken, version: '2024-11-05' });
    settle(call, parts, 'accepted', 'forwarded');
    expect([call.asked?.isOpen, calls.size]).toEqual([true, 1]);
    call.asked?.answer();
    expect([session.atEnd.size, calls.size]).toEqual([0, 0]);
  });

  it('makes its session idle from then on', () => {
    const parts = answerParts();
    const session = parts.sessions.open('s', ada, findRevision('2025-11-25') ?? expect.fail());
    session.inUse++;
    const call = callOf(parts, { session });
    call.isJudged({ ...(call.judgement ?? expect.fail()), openIn: session });
    parts.clock.advance(70);
    settle(call, parts, 'answered', 'forwarded');
    expect([session.inUse, session.lastUsed]).toEqual([0, parts.clock.monotonic()]);
  });

  it('of a message of a list is told to the list', () => {
    const parts = answerParts();
    let settled = 0;
    settle(
      enteringCall({ list: { inspection: undefined, settled: () => void settled++ } }),
      parts,
      'refused',
      'denied',
    );
    expect(settled).toBe(1);
  });
});
