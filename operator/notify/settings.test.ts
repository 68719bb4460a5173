import { describe, expect, test } from 'vitest';
import { notificationsSchema, routesOf } from './settings.ts';

const mail = { name: 'mail', type: 'Email', host: 'smtp.example.com', from: 'a@example.com', to: ['b@example.com'] };
const slack = { name: 'slack', type: 'Slack', channel: 'C024BE91L' };

function problems(...channels: object[]): string[] {
  const { error } = notificationsSchema.safeParse({ channels });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('without any nobody is told', () => {
  const settings = notificationsSchema.parse(undefined);
  expect([settings.channels, routesOf(settings)]).toEqual([[], { channels: [], byDefault: [] }]);
});

test('all hear of everything but those that say no', () => {
  const settings = notificationsSchema.parse({ channels: [mail, { ...slack, default: false }] });
  expect(routesOf(settings)).toEqual({ channels: ['mail', 'slack'], byDefault: ['mail'] });
  expect(settings.channels).toMatchObject([
    { port: 587, security: 'StartTls' },
    { api: 'https://slack.com/api', buttons: false },
  ]);
});

describe('refused is', () => {
  test.each([
    ['a name twice', [mail, { ...slack, name: 'mail' }], 'channels: has two channels of one name'],
    [
      'the name of a channel where its id belongs',
      [{ ...slack, channel: '#treasury' }],
      'channels.0.channel: is the id',
    ],
    ['a sender of two lines', [{ ...mail, from: 'a@example.com\r\nBcc: c@example.com' }], 'channels.0.from: is not'],
    [
      'a sender with a line break in the name',
      [{ ...mail, from: 'a\nBcc: c <a@example.com>' }],
      'channels.0.from: is not',
    ],
    ['an address that is none', [{ ...mail, to: ['b'] }], 'channels.0.to.0'],
    ['a kind that is none', [{ name: 'a', type: 'Pager' }], 'channels.0.type'],
    ['a URL that would be no secret here', [{ name: 'a', type: 'Webhook', url: 'https://a' }], 'channels.0'],
  ])('%s', (_, channels, expected) => {
    expect(problems(...channels).join('\n')).toContain(expected);
  });

  test('nothing of a sender behind a name', () => {
    expect(problems({ ...mail, from: 'Sallyport <sallyport@example.com>' })).toEqual([]);
  });
});
