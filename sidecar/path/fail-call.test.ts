import { beforeEach, describe, expect, it } from 'vitest';
import { ada } from '../../core/policy/testing/gen.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { ALLOW_ALL, policyOf } from '../../test/support/policy.ts';
import type { Call } from '../call/call.ts';
import type { BatchAnswers, ClientReply } from '../call/reply.ts';
import { BatchReply } from '../downstream/batch-reply.ts';
import { LocalProof } from '../identity/proof.ts';
import { ByteBudget } from '../memory/byte-budget.ts';
import { OpenCalls } from '../memory/open-calls.ts';
import { TestReply, type TestParts, answerParts } from '../testing/answering.ts';
import { enteringCall } from '../testing/calls.ts';
import type { PathParts } from './parts.ts';
import { admit, enter } from './path.ts';

class Post extends TestReply implements ClientReply {
  forMessage(): this {
    return this;
  }

  split(list: Call, count: number): BatchAnswers {
    return new BatchReply(list, this, count);
  }
}

const POLICY = policyOf({ ...ALLOW_ALL, limits: { batch: 10 } });
let parts: TestParts;
let gate: PathParts;
let reply: Post;
/** What is in force, by the word of whoever is asked for it. */
let current: () => Policy | undefined;
let left: string[];
beforeEach(() => {
  parts = answerParts(POLICY);
  current = () => POLICY;
  left = [];
  const openCalls = new OpenCalls();
  const leave = openCalls.leave.bind(openCalls);
  openCalls.leave = (owner) => {
    left.push(owner);
    leave(owner);
  };
  gate = {
    ...parts,
    ...{ policy: { current: () => current() }, tokens: { find: () => undefined }, approvals: undefined, openCalls },
    ...{ oauth: { around: (sink: unknown) => sink }, bytes: new ByteBudget(1024 * 1024, () => {}) },
    ...{ digestKey: Buffer.alloc(32), draining: false, failed: undefined, replicas: undefined },
    credentials: { said: undefined },
  } as unknown as PathParts;
  reply = new Post();
});

function entered(httpMethod: 'POST' | 'GET' | 'DELETE' = 'POST'): Call {
  const call = enteringCall({ httpMethod, headers: { accept: 'application/json' }, proof: new LocalProof(ada) });
  expect(enter(call, gate)).toBeUndefined();
  return call;
}

const bodyOf = (value: object): Buffer => Buffer.from(JSON.stringify(value));
const jsonOf = (method: string, params: object, id: string | number) => ({
  ...{ jsonrpc: '2.0', method, params, id },
});
const onRecord = (): string[] =>
  parts.lines.map(({ method, outcome, decision }) => `${method} ${outcome} ${decision.reason}`);

describe('what throws before the first step', () => {
  const fails = (): never => {
    throw new Error('of a test');
  };

  it.each(['POST', 'GET', 'DELETE'] as const)('ends the %s under its own name, and gives its room back', (method) => {
    const call = entered(method);
    current = fails;
    admit(call, method === 'POST' ? bodyOf({}) : undefined, reply, gate);
    expect(onRecord()).toEqual([`${method} refused internal-error`]);
    expect(parts.lines[0]?.principal).toEqual(ada);
    expect(left).toEqual(method === 'GET' ? [] : ['token:ada']);
  });

  it('ends one message of a list, and not the others', () => {
    const list = [1, 2].map((id) => jsonOf('tools/call', { name: 'get_a' }, id));
    let asked = 0;
    current = () => (++asked === 3 ? fails() : POLICY);
    admit(entered(), bodyOf(list), reply, gate);
    expect([parts.sent.length, onRecord()]).toEqual([1, ['POST refused internal-error']]);
  });
});
