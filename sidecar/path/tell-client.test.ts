import { beforeEach, describe, expect, it } from 'vitest';
import { findRevision } from '../../core/mcp/revisions/index.ts';
import { JsonView } from '../../core/mcp/json-view.ts';
import { decide } from '../../core/policy/decide.ts';
import { ada, tool } from '../../core/policy/testing/gen.ts';
import { policyOf } from '../../test/support/policy.ts';
import type { Approval } from '../approvals/approval.ts';
import type { Conversation } from '../memory/conversation.ts';
import { TestReply, answerParts } from '../testing/answering.ts';
import { judgingMessage, requestOf } from '../testing/calls.ts';
import { tellClient } from './tell-client.ts';

const approval = { name: 'a-1', subject: { reason: 'by a test' }, expiresAt: 0 } as Approval;
let reply: TestReply;
let conversation: Conversation;
let declined: number;
beforeEach(() => {
  reply = new TestReply();
  conversation = answerParts().sessions.sessionless(ada);
  conversation.declare(new Set(['elicitation']));
  declined = 0;
});

function told({ version = '2025-11-25', tell = true, has = true, headers = {} } = {}) {
  const terms = tell ? ({ tell: 'Elicitation' } as const) : {};
  const policy = policyOf({ tools: [{ names: ['*'], effect: 'RequireApproval', approval: terms }] });
  const targets = [tool('transfer')];
  const verdict = decide(policy, { principal: ada, targets, inspection: undefined });
  const reading = { policy, revision: findRevision(version), ...(has && { conversation }) };
  const message = requestOf('tools/call');
  const call = judgingMessage({ message, reading, judgement: { verdict, targets } }, { policy, headers });
  return tellClient(call, reply, approval, () => declined++);
}

const answer = (text: string): void => {
  const id = String(reply.messages[0]?.['id']);
  conversation.ownRequests.get(id)?.(JsonView.of(Buffer.from(text)));
  conversation.ownRequests.delete(id);
};

it('says for whom it waits, asks for nothing, and is taken away', () => {
  const end = told() ?? expect.fail('nothing is told');
  expect(reply.messages).toMatchObject([
    {
      method: 'elicitation/create',
      params: {
        message: expect.stringContaining('until 1970-01-01T00:00:00Z (a-1: by a test)') as string,
        requestedSchema: { type: 'object', properties: {} },
      },
    },
  ]);
  end();
  expect(reply.messages[1]).toMatchObject({
    method: 'notifications/cancelled',
    params: { requestId: reply.messages[0]?.['id'] },
  });
  expect(conversation.ownRequests.size).toBe(0);
});

it.each([
  ['{"action":"decline"}', 1],
  ['{"action":"cancel"}', 0],
  ['{"action":"accept","content":{}}', 0],
  ['[]', 0],
])('an answer of %s declines: %s', (text, count) => {
  const end = told();
  answer(text);
  end?.();
  expect([declined, reply.messages.length]).toEqual([count, 1]);
});

it('nothing is written to a client that has left', () => {
  const end = told();
  reply.leave();
  end?.();
  expect(reply.messages).toHaveLength(1);
});

describe('nothing is told', () => {
  it.each<[string, Parameters<typeof told>[0]]>([
    ['where no rule wants it', { tell: false }],
    ['to a client of a revision without dialogs', { version: '2025-03-26' }],
    ['to one that is asked inside of results', { version: '2026-07-28' }],
    ['to one that nothing is known of', { has: false }],
    ['to one that takes no events', { headers: { accept: 'application/json' } }],
  ])('%s', (_name, options) => {
    expect([told(options), reply.text]).toEqual([undefined, '']);
  });

  it('to one that has declared no dialogs', () => {
    conversation = answerParts().sessions.sessionless(ada);
    conversation.declare(new Set(['sampling']));
    expect(told()).toBeUndefined();
  });
});
