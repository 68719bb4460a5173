import { expect, test } from 'vitest';
import { createChannels } from './create-channels.ts';
import { notificationsSchema } from './settings.ts';

test('each kind is told what suits it', () => {
  const settings = notificationsSchema.parse({
    channels: [
      { name: 'hook', type: 'Webhook' },
      { name: 'chat', type: 'Slack', channel: 'C024BE91L' },
      { name: 'teams', type: 'Teams' },
      { name: 'mail', type: 'Email', host: 'smtp.example.com', from: 'a@example.com', to: ['b@example.com'] },
    ],
  });
  expect(createChannels(settings).map(({ name, follows, news }) => [name, follows, news.has('Voted')])).toEqual([
    ['hook', true, true],
    ['chat', true, true],
    ['teams', false, false],
    ['mail', false, false],
  ]);
});

test('a channel without its Secret says which key is missing, and never where it looked', async () => {
  const settings = notificationsSchema.parse({ channels: [{ name: 'teams', type: 'Teams' }], secrets: '/nonexistent' });
  const [teams] = createChannels(settings);
  await expect(teams?.send({} as never, new AbortController().signal)).rejects.toThrow(
    'its Secret has no key url; add it',
  );
});
