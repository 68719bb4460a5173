import { describe, expect, test } from 'vitest';
import { NASTY, requestOf } from '../testing/request.ts';
import { readSlackAction } from '../../hooks/slack/action.ts';
import { slackMessage } from './message.ts';

const nasty = requestOf({
  spec: {
    subject: {
      type: 'Call',
      call: {
        method: 'tools/call',
        tool: NASTY,
        preview: { memo: NASTY, [NASTY]: 1 },
        digest: `sha256:${'a'.repeat(64)}`,
      },
    },
    principal: { name: NASTY, groups: [NASTY] },
    reason: NASTY,
  },
  status: { votes: [{ username: NASTY, decision: 'Approved', reason: NASTY }] },
});

/** What is left of a text of Slack outside of code. */
function outsideOfCode(text: string): string {
  return text
    .split('```')
    .filter((_, at) => at % 2 === 0)
    .join('')
    .split('`')
    .filter((_, at) => at % 2 === 0)
    .join('');
}

function textsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'text' in value && typeof value.text === 'string' ? [value.text] : [];
  return [...own, ...Object.values(value).flatMap(textsOf)];
}

describe('what an agent writes', () => {
  test('is code wherever it is shown, and neither markup, mention nor line', () => {
    const texts = textsOf(slackMessage(nasty, 'Voted'));
    expect(texts.length).toBeGreaterThan(8);
    for (const text of texts) {
      expect(outsideOfCode(text)).not.toMatch(/<|evil|channel|script|Bcc|@here|\u202e/);
      expect(text).not.toMatch(/<!|<http|\u202e|(?!\n)\p{Cc}/u);
    }
  });

  test('ends no block: there are as many bars as lines', () => {
    const shown = textsOf(slackMessage(nasty, 'Requested')).find((text) => text.startsWith('*Arguments'));
    const [, inner = ''] = (shown ?? '').split('```');
    expect(
      inner
        .trim()
        .split('\n')
        .every((line) => line.startsWith('| ')),
    ).toBe(true);
  });

  test('stays within what Slack takes, however long it is', () => {
    const long = requestOf({
      spec: {
        reason: 'r'.repeat(1024),
        subject: {
          type: 'Call',
          call: {
            method: 'tools/call',
            tool: 't'.repeat(256),
            preview: Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`${at}`, '<&>'.repeat(500)])),
            digest: `sha256:${'a'.repeat(64)}`,
          },
        },
      },
      status: {
        votes: Array.from({ length: 32 }, (_, at) => ({ username: `${at}`.repeat(500), decision: 'Approved' })),
      },
    });
    const { text, blocks } = slackMessage(long, 'Requested', { buttons: true });
    expect(text.length).toBeLessThan(4000);
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const one of textsOf(blocks)) expect(one.length).toBeLessThanOrEqual(3000);
    for (const block of blocks) {
      for (const field of textsOf((block as { fields?: unknown }).fields))
        expect(field.length).toBeLessThanOrEqual(2000);
    }
  });
});

/** As Slack sends a click on a button of a message (block_actions). */
function clicked(blocks: readonly object[], at: number): Buffer {
  const { elements } = blocks.at(-1) as { elements: readonly object[] };
  const state = {
    values: { 'sallyport.reason': { 'sallyport.reason': { type: 'plain_text_input', value: 'invoice 4711' } } },
  };
  const payload = { type: 'block_actions', user: { id: 'U1' }, actions: [elements[at]], state };
  return Buffer.from(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
}

test('buttons say which request they are of, and only where somebody takes them', () => {
  const request = requestOf();
  const { blocks } = slackMessage(request, 'Requested', { buttons: true });
  const target = {
    namespace: 'finance',
    name: 'ledger-transfer-x7k2m',
    uid: '5b3c3c0e-0000-4000-8000-000000000001',
    subject: { field: 'call', digest: `sha256:${'a'.repeat(64)}` },
  };
  expect(readSlackAction(clicked(blocks, 0))).toMatchObject({
    action: { decision: 'Approved', target, reason: 'invoice 4711' },
  });
  expect(readSlackAction(clicked(blocks, 1))).toMatchObject({ action: { decision: 'Denied', target } });
  expect(JSON.stringify(slackMessage(request, 'Requested'))).not.toContain('"actions"');
  const settled = requestOf({ status: { state: 'Denied' } });
  expect(JSON.stringify(slackMessage(settled, 'Settled', { buttons: true }))).not.toContain('"actions"');
});
