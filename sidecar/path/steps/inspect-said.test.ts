import { describe, expect, it } from 'vitest';
import { splice } from '../../../core/mcp/json-view.ts';
import type { Message } from '../../../core/mcp/message.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../../../test/support/policy.ts';
import { judgingMessage } from '../../testing/calls.ts';
import { inspectContent } from './inspect-content.ts';

const clock = { now: () => 0, monotonic: () => 0 };
const CARD = '4111111111111111';
const cards = (effect: 'Log' | 'Redact' | 'Deny' | 'RequireApproval'): PackSpec => ({
  ...ALLOW_ALL,
  dlp: [{ name: 'cards', detect: ['creditCard'], in: ['arguments'], tools: ['pay'], effect }],
});

function said(spec: PackSpec, body: object) {
  const kind = 'method' in body ? 'notification' : 'response';
  // Its text is made of all that it has.
  const message = { kind, ...body } as unknown as Message;
  const policy = policyOf(spec);
  const call = judgingMessage({ message, reading: { policy } }, { policy });
  const refusal = inspectContent(call, { clock });
  const { verdict, redacted, edits } = call.judgement;
  return { refusal, verdict, redacted, sent: JSON.parse(splice(call.content.body, edits).toString()) as unknown };
}

const answer = { id: 7, result: { action: 'accept', content: { card: CARD } } };

describe('what a client answers to its server', () => {
  it('goes on as it is where nothing is looked for, or nothing found', () => {
    expect(said(ALLOW_ALL, answer)).toMatchObject({ verdict: undefined, sent: answer });
    expect(said(cards('Deny'), { id: 7, result: {} })).toMatchObject({
      verdict: undefined,
      sent: { id: 7, result: {} },
    });
  });

  it('goes on with placeholders, whatever tool the rule is about', () => {
    const { sent, redacted } = said(cards('Redact'), answer);
    expect(sent).toMatchObject({ id: 7, result: { content: { card: '[redacted: creditCard-1]' } } });
    expect(redacted?.get('creditCard')).toBe(1);
  });

  it('is put on record', () => {
    expect(said(cards('Log'), answer)).toMatchObject({ verdict: { effect: 'Log' }, sent: answer });
  });

  it.each(['Deny', 'RequireApproval'] as const)('is an error to the server where it is withheld: %s', (effect) => {
    const { refusal, verdict, sent } = said(cards(effect), answer);
    expect([refusal, verdict?.effect, verdict?.rules]).toEqual([undefined, 'Deny', ['finance/rules#cards']]);
    expect(sent).toMatchObject({ id: 7, error: { message: expect.stringContaining('withheld') as string } });
    expect(JSON.stringify(sent)).not.toContain(CARD);
  });
});

describe('a notification of a client', () => {
  const notification = { method: 'notifications/progress', params: { progressToken: CARD, message: `card ${CARD}` } };
  it('goes on with placeholders, but for what it is about', () => {
    expect(said(cards('Redact'), notification).sent).toMatchObject({
      params: { progressToken: CARD, message: 'card [redacted: creditCard-1]' },
    });
  });

  it('is refused where that is denied', () => {
    const { refusal } = said(cards('Deny'), notification);
    expect(refusal?.reason).toBe('denied');
    expect(refusal?.message).not.toContain(CARD);
  });
});
