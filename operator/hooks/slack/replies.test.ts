import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { SmallSlack } from '../testing/slack.ts';
import { Replies } from './replies.ts';

async function start(): Promise<{ slack: SmallSlack; replies: Replies; unsent: () => number }> {
  const slack = await SmallSlack.start();
  onTestFinished(() => slack.close());
  let unsent = 0;
  const metrics = { unsent: () => void (unsent += 1) };
  return {
    slack,
    replies: new Replies({ origin: slack.origin, metrics, log: pino({ level: 'silent' }) }),
    unsent: () => unsent,
  };
}

test('words are shown as they are, to one person', async () => {
  const { slack, replies, unsent } = await start();
  await replies.tell(`${slack.origin}/actions/1`, 'Not counted: <!channel> *you* decided');
  expect(slack.told.get('/actions/1')).toEqual(['ephemeral plain_text: Not counted: <!channel> *you* decided']);
  expect(unsent()).toBe(0);
});

test('nothing goes anywhere else, by whichever spelling', async () => {
  const { slack, replies, unsent } = await start();
  const { port } = new URL(slack.origin);
  const elsewhere = [
    undefined,
    '',
    'x',
    `http://localhost:${port}/`,
    `${slack.origin}.evil.example/`,
    `http://127.0.0.1:${port}@evil.example/`,
    'file:///etc/passwd',
  ];
  for (const url of elsewhere) await replies.tell(url, 'words');
  expect(slack.told.size).toBe(0);
  expect(unsent()).toBe(elsewhere.length);
});

test('a refusal is final, a stumble is not, and neither is thrown', async () => {
  const { slack, replies, unsent } = await start();
  slack.statuses.push(404);
  await replies.tell(`${slack.origin}/actions/2`, 'words');
  expect(slack.told.has('/actions/2')).toBe(false);
  expect(unsent()).toBe(1);
  slack.statuses.push(503);
  await replies.tell(`${slack.origin}/actions/3`, 'words');
  expect(slack.told.has('/actions/3')).toBe(true);
  slack.statuses.push(500, 500, 500);
  await replies.tell(`${slack.origin}/actions/4`, 'words');
  expect(unsent()).toBe(2);
});
