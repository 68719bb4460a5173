import { afterEach, beforeEach, expect, test } from 'vitest';
import { secretFiles } from '../secret-files.ts';
import type { Reply } from '../testing/endpoint.ts';
import { requestOf } from '../testing/request.ts';
import { secretFolder } from '../testing/secret-folder.ts';
import { Slack, SLACK_TOKEN } from '../testing/slack.ts';
import type { News, Told } from '../told.ts';
import { slackChannel } from './channel.ts';

let slack: Slack;
beforeEach(async () => {
  slack = await Slack.start();
});
afterEach(() => slack.endpoint.close());

function send(news: News, told: Told = {}, { status = {}, token = SLACK_TOKEN, channel = 'C024BE91L' } = {}) {
  const place = {
    name: 'slack',
    channel,
    api: `${slack.endpoint.url}/api`,
    buttons: false,
    proxy: undefined,
  };
  const secret = secretFiles(secretFolder({ slack: { token } }), 'slack');
  return slackChannel(place, secret).send(
    { request: requestOf({ status }), news, told, now: 0 },
    AbortSignal.timeout(1_000),
  );
}

test('one message is brought up to date, and a reminder answers in its thread', async () => {
  const { ref } = await send('Requested');
  expect(ref).toBe('C024BE91L/1700000001.000100');
  expect(await send('Reminder', { ref: ref ?? '' })).toEqual({ ref });
  expect(await send('Settled', { ref: ref ?? '' }, { status: { state: 'Denied', decidedBy: 'ada' } })).toEqual({ ref });
  expect(slack.messages).toHaveLength(1);
  expect(slack.posts[0]).toMatchObject({ updates: 1, text: 'Denied: `tools/call: tool "transfer"`' });
  expect(slack.posts[1]).toMatchObject({ thread: '1700000001.000100' });
});

test.each([
  ['the token is of nobody', { token: 'xoxb-other' }, 'Slack answers invalid_auth', 'Later'],
  ['there is no such channel', { channel: 'general' }, 'Slack answers channel_not_found', 'Later'],
])('where %s', async (_, options, message, again) => {
  await expect(send('Requested', {}, options)).rejects.toMatchObject({ message, again });
});

interface Answered {
  readonly name: string;
  readonly reply: Reply;
  readonly expected: object;
}

test.each<Answered>([
  {
    name: 'it asks to wait',
    reply: { status: 429, headers: { 'retry-after': '30' }, body: '{"ok":false,"error":"ratelimited"}' },
    expected: { again: 'Later', afterMs: 30_000 },
  },
  {
    name: 'it refuses the message',
    reply: { body: '{"ok":false,"error":"invalid_blocks"}' },
    expected: { again: 'Never' },
  },
  { name: 'it is out of order', reply: { status: 502, body: '<html>' }, expected: { again: 'Later' } },
  { name: 'it is no Slack', reply: { body: '<html>' }, expected: { again: 'Later', message: 'Slack answers no JSON' } },
  {
    name: 'it says something odd',
    reply: { body: JSON.stringify({ ok: false, error: `oh\u001b[2J${'x'.repeat(100)}` }) },
    expected: { message: expect.stringMatching(/^Slack answers ohx+$/) },
  },
  {
    name: 'it never answers',
    reply: { silent: true },
    expected: { again: 'Later', message: 'no answer came (TimeoutError)' },
  },
])('where $name', async ({ reply, expected }) => {
  slack.first.push(reply);
  await expect(send('Requested')).rejects.toMatchObject(expected);
});

test('a message that somebody has deleted has no end to be told', async () => {
  expect(await send('Settled', { ref: 'C024BE91L/1.000100' }, { status: { state: 'Denied' } })).toEqual({
    ref: 'C024BE91L/1.000100',
  });
});
