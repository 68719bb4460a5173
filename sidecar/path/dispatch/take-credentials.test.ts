import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Secret, readSecret } from '../../../core/credentials/secret.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import { TestReply, answerParts } from '../../testing/answering.ts';
import { judgedCall, requestOf } from '../../testing/calls.ts';
import { UpstreamCredentials } from '../../upstream/credentials/credentials.ts';
import { type Found, notToBeHad } from '../../upstream/credentials/source.ts';
import { takeCredentials } from './take-credentials.ts';

const SECRET = readSecret('api', 'sk-live-0123456789') as Secret;

let found: Found;
let arrive: () => void;
let stopped: number;
let ended: (string | undefined)[];
let parts: ReturnType<typeof answerParts>;
beforeEach(() => {
  vi.useFakeTimers();
  [found, stopped, ended, parts] = [{ kind: 'pending' }, 0, [], answerParts()];
});
afterEach(() => vi.useRealTimers());

function gate(withCredentials = true) {
  const credential = { name: 'api', place: { header: 'x-key', prefix: '' }, from: { file: '/a' }, principals: null };
  const upstream = { credentials: [credential], unmatched: 'Refuse', onEcho: 'Redact' };
  const policy = { bundle: { server: withCredentials ? { upstream } : {} } } as unknown as Policy;
  const source = {
    look: () => found,
    fetch: (_caller: unknown, done: () => void) => {
      arrive = done;
      return () => void stopped++;
    },
    common: [],
    close() {},
  };
  return { holds: parts.holds, credentials: new UpstreamCredentials({ current: () => policy }, () => source) };
}

function waiting(reply = new TestReply(), at = gate()) {
  const call = judgedCall({ message: requestOf('tools/call') });
  const wait = takeCredentials(call, at, reply);
  if (wait === undefined || !('begin' in wait)) throw new Error('it does not wait');
  wait.begin((refusal) => ended.push(refusal?.reason));
  return { call, at, reply };
}

const judged = () => judgedCall({ message: requestOf('tools/call') });

describe('a call goes on at once', () => {
  it('where nothing is shown to the server', () => {
    expect(takeCredentials(judged(), gate(false), new TestReply())).toBeUndefined();
  });

  it('where what is shown is there', () => {
    found = { kind: 'found', secret: SECRET };
    expect(takeCredentials(judged(), gate(), new TestReply())).toBeUndefined();
  });
});

it('a call is refused where it is not to be had', () => {
  found = notToBeHad('api');
  expect(takeCredentials(judged(), gate(), new TestReply())).toMatchObject({ reason: 'credentials-unavailable' });
});

describe('what has to be fetched', () => {
  it('is waited for, and looked at again', () => {
    const { call, at } = waiting();
    expect([ended, parts.holds.size]).toEqual([[], 1]);
    found = { kind: 'found', secret: SECRET };
    arrive();
    expect([ended, parts.holds.size]).toEqual([[undefined], 0]);
    expect(takeCredentials(call, at, new TestReply())).toBeUndefined();
  });

  it('is waited for no longer than half a minute', () => {
    waiting();
    vi.advanceTimersByTime(30_000);
    expect([ended, stopped]).toEqual([['credentials-unavailable'], 1]);
    arrive();
    expect(ended).toHaveLength(1);
  });

  it('is not waited for when the client has left', () => {
    const { reply } = waiting();
    reply.leave();
    expect([ended, stopped]).toEqual([['draining'], 1]);
  });

  it('is not asked for without end', () => {
    const { call, at } = waiting();
    for (const _ of [1, 2]) expect(takeCredentials(call, at, new TestReply())).toHaveProperty('begin');
    expect(takeCredentials(call, at, new TestReply())).toMatchObject({ reason: 'credentials-unavailable' });
  });
});
