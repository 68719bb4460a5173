import { expect, test } from 'vitest';
import { NASTY, requestOf } from '../testing/request.ts';
import { teamsMessage } from './card.ts';

interface Element {
  readonly type: string;
  readonly inlines?: readonly { readonly type: string; readonly text: string }[];
}

function bodyOf(message: object): readonly Element[] {
  const { attachments } = message as { attachments: readonly { contentType: string; content: { body: Element[] } }[] };
  expect(attachments.map(({ contentType }) => contentType)).toEqual(['application/vnd.microsoft.card.adaptive']);
  return attachments[0]?.content.body ?? [];
}

const linesOf = (message: object): string[] =>
  bodyOf(message).map(({ inlines = [] }) => inlines.map(({ text }) => text).join(''));

test('a request is a card', () => {
  const lines = linesOf(teamsMessage(requestOf(), 'Requested'));
  expect(lines).toEqual(
    expect.arrayContaining([
      'Somebody has to decide',
      'What: tools/call: tool "transfer"',
      'Who asks: billing-agent (groups: agents)',
      'Decide until: 2026-11-21T10:16:00.000Z',
      '|   "amount": 5000,',
    ]),
  );
  expect(linesOf(teamsMessage(requestOf({ status: { state: 'Denied' } }), 'Settled'))[0]).toBe('Denied');
});

test('what an agent writes is never read as Markdown, and begins no line', () => {
  const request = requestOf({
    spec: {
      reason: NASTY,
      principal: { name: NASTY, groups: [] },
      subject: { type: 'Call', call: { method: 'tools/call', tool: NASTY, preview: { a: NASTY }, digest: 'd' } },
    },
  });
  const message = teamsMessage(request, 'Requested');
  for (const { type, inlines = [] } of bodyOf(message)) {
    expect(type).toBe('RichTextBlock');
    for (const run of inlines) {
      expect(run.type).toBe('TextRun');
      expect(run.text).not.toMatch(/[\p{Cc}\u202e]|https?:\/\//u);
    }
  }
  expect(linesOf(message).filter((line) => line.startsWith('Who asks'))).toHaveLength(1);
});

test('stays below the 28 KB that Teams takes', () => {
  // Many short lines take more than few long ones: each is a block of its own.
  const preview = { many: Array.from({ length: 3_000 }, () => 1) };
  const shown = { description: '漢'.repeat(2_000), findings: ['漢'.repeat(500)], claims: { readOnly: true } };
  const spec = {
    reason: '漢'.repeat(1024),
    rule: '漢'.repeat(256),
    principal: { name: '漢'.repeat(253), groups: Array.from({ length: 256 }, () => '漢'.repeat(253)) },
    subject: { type: 'Call', call: { method: 'tools/call', tool: '漢'.repeat(256), preview, digest: 'd', shown } },
  };
  const votes = Array.from({ length: 32 }, () => ({
    username: '漢'.repeat(1024),
    decision: 'Approved',
    reason: '漢'.repeat(1024),
  }));
  expect(Buffer.byteLength(JSON.stringify(teamsMessage(requestOf({ spec, status: { votes } }), 'Voted')))).toBeLessThan(
    28 * 1024,
  );
});
