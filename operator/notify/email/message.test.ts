import { describe, expect, test } from 'vitest';
import { NASTY, requestOf } from '../testing/request.ts';
import { mailOf } from './message.ts';

const DOMAIN = 'example.com';

test('a request is a text and the same as HTML', () => {
  const { subject, text, html } = mailOf(requestOf(), 'Requested', DOMAIN);
  expect(subject).toBe('[Sallyport] Somebody has to decide: tools/call: tool "transfer"');
  expect(text).toContain('Who asks: billing-agent (groups: agents)\n');
  expect(text).toContain('|   "amount": 5000,');
  expect(text).toContain('-p \'{"status":{"decision":"Approved"}}\'');
  expect(html).toContain('<td>tools/call: tool &quot;transfer&quot;</td>');
});

test('mails of one request are one conversation, and each has its own id whenever it is sent', () => {
  const first = mailOf(requestOf(), 'Requested', DOMAIN);
  const end = mailOf(requestOf({ status: { state: 'Denied' } }), 'Settled', DOMAIN);
  expect(first).not.toHaveProperty('inReplyTo');
  expect(end).toMatchObject({ inReplyTo: first.messageId, references: first.messageId });
  expect(end.messageId).not.toBe(first.messageId);
  expect(mailOf(requestOf(), 'Requested', DOMAIN).messageId).toBe(first.messageId);
  expect(first.messageId).toMatch(/^<[0-9a-f]{40}@example\.com>$/);
});

describe('what an agent writes', () => {
  const request = requestOf({
    spec: {
      reason: NASTY,
      subject: { type: 'Call', call: { method: 'tools/call', tool: NASTY, preview: { [NASTY]: NASTY }, digest: 'd' } },
    },
  });
  const { subject, text, html } = mailOf(request, 'Requested', DOMAIN);

  test('is one line of a subject', () => {
    expect(subject).not.toMatch(/[\r\n\u202e]/);
    expect(subject.length).toBeLessThan(200);
  });

  test('begins no line of the text, and is no link', () => {
    expect(text).not.toMatch(/^Bcc|https:\/\/evil|\u202e|(?!\n)\p{Cc}/mu);
    expect(text.split('\n').filter((line) => line.startsWith('Who asks'))).toHaveLength(1);
  });

  test('is no HTML', () => {
    expect(html).not.toMatch(/<script|<https|https:\/\/evil/);
    expect(html.match(/<\/td>/g)).toHaveLength(html.match(/<td>/g)?.length ?? 0);
  });
});
