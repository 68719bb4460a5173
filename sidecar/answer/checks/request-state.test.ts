import { describe, expect, it } from 'vitest';
import { ada } from '../../../core/policy/testing/gen.ts';
import { type CallSketch, answerParts, answerTo, callOf } from '../../testing/answering.ts';
import { UnreadableMessage } from '../check.ts';
import { MessageDoor } from '../messages.ts';
import { expectAnswer } from '../terms-of.ts';

function answered(result: object, sketch: CallSketch = {}) {
  const parts = answerParts();
  const call = callOf(parts, { version: '2026-07-28', ...sketch });
  const door = new MessageDoor(call, parts, expectAnswer(call), undefined);
  const passage = door.inspect(Buffer.from(answerTo(1, result)), true);
  if (typeof passage !== 'object') return { passage, opened: undefined };
  const { requestState } = (JSON.parse(passage.instead.toString()) as { result: { requestState: string } }).result;
  return { passage, opened: parts.seal.open(requestState, ada, 'finance/ledger'), requestState };
}

describe('the state of a server', () => {
  it('goes out sealed to whom it was given, and the rest of the answer as it was', () => {
    const { passage, opened, requestState } = answered({
      resultType: 'complete',
      content: [],
      requestState: 'of the server',
    });
    expect(opened).toBe('of the server');
    expect(String(typeof passage === 'object' && passage.instead)).toBe(
      answerTo(1, { resultType: 'complete', content: [], requestState }),
    );
  });

  it('is nothing in a revision that has none', () => {
    expect(answered({ requestState: 'x' }, { version: '2025-11-25' }).passage).toBe('pass');
  });

  it.each<[name: string, result: object, sketch: CallSketch]>([
    ['that is no text', { requestState: { a: 1 } }, {}],
    ['for nobody known', { requestState: 'x' }, { principal: undefined }],
    ['under no policy', { requestState: 'x' }, { policy: undefined }],
  ])('is not given out: one %s', (_name, result, sketch) => {
    expect(() => answered(result, sketch)).toThrow(UnreadableMessage);
  });
});
