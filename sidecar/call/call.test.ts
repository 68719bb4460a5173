import { beforeEach, describe, expect, it } from 'vitest';
import { NO_OUTLINE, outlineOf } from '../../core/mcp/outline.ts';
import { findRevision } from '../../core/mcp/revisions/index.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import { LocalProof } from '../identity/proof.ts';
import { GETTERS, answerParts, endpointSession, TestReply } from '../testing/answering.ts';
import { enteringCall, judgingMessage, readCall, readingCall, requestOf } from '../testing/calls.ts';
import { isEntered, isJudged, isOneMessage, isRead } from './call.ts';
import { newJudgement, newReading } from './stages.ts';

const OLDER = findRevision('2025-03-26');
const OTHER = findRevision('2025-06-18');
let parts: ReturnType<typeof answerParts>;
beforeEach(() => {
  parts = answerParts();
});

describe('the stages of a call', () => {
  it('come one behind the other', () => {
    const call = enteringCall();
    expect(() => call.isJudged(newJudgement())).toThrow(/once it is read/);
    call.isRead(newReading(undefined, undefined), undefined);
    expect(() => call.isSent({ at: 1, declares: undefined })).toThrow(/once it is judged/);
    call.isJudged(newJudgement());
    call.isSent({ at: 7, declares: undefined });
    expect(call.forwardedAt).toBe(7);
  });

  it('are passed by what was learned in them, and by nothing else', () => {
    expect(isEntered(enteringCall())).toBe(false);
    expect(isEntered(enteringCall({ proof: new LocalProof(ada) }))).toBe(true);
    const reading = readingCall({});
    expect(isRead(reading)).toBe(false);
    const read = readCall();
    expect([isRead(read), isOneMessage(read), isJudged(read)]).toEqual([true, false, false]);
    const message = judgingMessage({ message: requestOf('ping') });
    expect([isOneMessage(message), isJudged(message)]).toEqual([true, true]);
  });

  it('a message whose text was let go is none any more that could be judged', () => {
    const call = judgingMessage({ message: requestOf('ping') });
    call.isHandedOver();
    expect([isOneMessage(call), call.content, call.methodName]).toEqual([false, undefined, 'ping']);
  });

  it('nothing is known of one that has just come', () => {
    const { id, principal, policy, session, conversation, revision, answeredIn, asked, outline, forwardedAt } =
      enteringCall();
    expect([id, forwardedAt]).toEqual([null, 0]);
    expect([principal, policy, session, conversation, revision, answeredIn, asked, outline]).toEqual(
      Array.from({ length: 8 }, () => undefined),
    );
  });
});

describe('the policy of a call', () => {
  it('is the one its body was read under, also when there is none any more', () => {
    const call = enteringCall({ policy: GETTERS });
    expect(call.policy).toBe(GETTERS);
    call.isRead(newReading(undefined, undefined), undefined);
    expect(call.policy).toBeUndefined();
  });
});

describe('what an answer agrees on', () => {
  it('counts more than what was read, for all that follows', () => {
    const session = parts.sessions.open('s', ada, OLDER ?? expect.fail());
    const call = readCall({ reading: { revision: OTHER } });
    call.agrees({ session, revision: OLDER });
    expect([call.session, call.conversation, call.revision]).toEqual([session, session.conversation, OLDER]);
  });

  it('may leave out what is known already', () => {
    const session = endpointSession(parts, new TestReply());
    const { conversation } = session;
    const call = readCall({ reading: { session, conversation, revision: OTHER } });
    call.agrees({ session: undefined, revision: undefined });
    expect([call.session, call.conversation, call.revision]).toEqual([session, conversation, OTHER]);
  });

  it('is what the server speaks in a session, whatever a single request of it says', () => {
    const session = parts.sessions.open('s', ada, OLDER ?? expect.fail());
    const call = readCall({ reading: { session, revision: OTHER } });
    expect([call.revision, call.answeredIn]).toEqual([OTHER, OLDER]);
    expect(readCall({ reading: { revision: OTHER } }).answeredIn).toBe(OTHER);
  });
});

describe('who waits for what', () => {
  it.each([
    ['a request', requestOf('ping', {}, 'x'), 'x', 'answer'],
    ['a request whose id is 0', requestOf('ping', {}, 0), 0, 'answer'],
    ['a request whose id is empty', requestOf('ping', {}, ''), '', 'answer'],
    ['a notification', { kind: 'notification', method: 'notifications/x', params: {} }, null, 'nothing'],
    ['a response', { kind: 'response', id: 1, failed: false, view: undefined }, null, 'nothing'],
  ] as const)('is known of %s that is read', (_what, message, id, awaits) => {
    const call = readCall({ message });
    expect([call.id, call.awaits]).toEqual([id, awaits]);
  });

  it.each([
    ['{"id":1,"method":"tools/call","a":1,"a":2}', 1, 'answer'],
    ['{"id":"","method":"tools/call"}', '', 'answer'],
    ['{"method":"notifications/cancelled"}', null, 'nothing'],
    ['{"id":1,"result":{}}', null, 'nothing'],
    // Its sender may have forgotten the id, and waits; or wrote one that no answer can carry.
    ['{"method":"tools/call"}', null, undefined],
    ['{"id":{},"method":"notifications/x"}', null, undefined],
    ['{"id":1,"id":2,"method":"ping"}', null, undefined],
    ['nonsense', null, undefined],
  ])('is guessed of what cannot be read: %s', (body, id, awaits) => {
    const call = readCall({ reading: { outline: outlineOf(Buffer.from(body)) } });
    expect([call.id, call.awaits]).toEqual([id, awaits]);
  });

  it('is unknown of nothing', () => {
    expect(readCall({ reading: { outline: NO_OUTLINE } }).awaits).toBeUndefined();
    expect(readCall().awaits).toBeUndefined();
  });
});

it('one of a list is an element, whatever it says', () => {
  expect(enteringCall({ list: { inspection: undefined, settled() {} } }).isElement).toBe(true);
  expect(enteringCall().isElement).toBe(false);
});

it('one that waits lets go of its arguments', () => {
  const call = judgingMessage({ message: requestOf('tools/call', { arguments: { a: 1 } }) });
  call.waits({ ...call.content, message: requestOf('tools/call') });
  expect([call.course.hasWaited, call.content.message]).toEqual([true, requestOf('tools/call')]);
});
