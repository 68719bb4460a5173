import { describe, expect, it } from 'vitest';
import { NEWEST_LEGACY } from '../../../core/mcp/revisions/index.ts';
import { ada } from '../../../core/policy/testing/gen.ts';
import type { Call } from '../../call/call.ts';
import { type CallSketch, answerParts, answerTo, callOf, errorTo } from '../../testing/answering.ts';
import { MessageDoor } from '../messages.ts';
import { expectAnswer } from '../terms-of.ts';

const AGREED = { protocolVersion: '2025-03-26', capabilities: { tools: { listChanged: true } } };

function answered(sketch: CallSketch, text: string, parts = answerParts()): Call {
  const call = callOf(parts, { method: 'initialize', params: { capabilities: { sampling: {} } }, ...sketch });
  new MessageDoor(call, parts, expectAnswer(call), undefined).inspect(Buffer.from(text), true);
  return call;
}

describe('an answer to initialize tells', () => {
  it('the revision of the session, of which lists its client is told, and what the client can be asked', () => {
    const parts = answerParts();
    const session = parts.sessions.open('s', ada, NEWEST_LEGACY);
    answered({ session }, answerTo(1, AGREED), parts);
    expect(session.revision.version).toBe('2025-03-26');
    expect(session.conversation.announces).toEqual({ tools: true, prompts: false, resources: false });
    expect(session.conversation.declares).toEqual(new Set(['sampling']));
  });

  it('the revision of the call where there is no session', () => {
    const call = answered({}, answerTo(1, AGREED));
    expect(call.answeredIn?.version).toBe('2025-03-26');
    expect(call.conversation?.agreed).toBeUndefined();
  });

  it('over a pipe, the revision of all that follows', () => {
    expect(answered({ onPipe: true }, answerTo(1, AGREED)).conversation?.agreed?.version).toBe('2025-03-26');
  });

  it.each([
    ['an error', {}, errorTo(1, { code: 1, message: 'no' })],
    ['an answer to another call', { method: 'tools/call' }, answerTo(1, AGREED)],
  ] as [name: string, sketch: CallSketch, text: string][])('nothing where it is %s', (_name, sketch, text) => {
    const call = answered(sketch, text);
    expect([call.answeredIn?.version, call.conversation?.declares]).toEqual(['2025-11-25', undefined]);
  });
});
