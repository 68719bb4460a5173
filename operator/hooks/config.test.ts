import { expect, test } from 'vitest';
import { parseHooksConfig, readHooksConfig } from './config.ts';

const whole = {
  tls: '/tls',
  people: [{ user: 'ada', groups: ['treasury'], slack: 'U0ADA' }],
  slack: { secretFile: '/slack', team: 'T0ACME' },
  senders: [{ name: 'tickets', secretFile: '/tickets', speaksFor: ['ada'] }],
};
const parse = (config: object): object => parseHooksConfig(JSON.stringify(config), 'hooks.yaml');

test('what is left out has a default', () => {
  expect(parse(whole)).toEqual({
    ...whole,
    ports: { hooks: 9445, metrics: 8080 },
    logLevel: 'info',
    slack: { ...whole.slack, responses: 'https://hooks.slack.com' },
  });
});

test.each([
  ['an unknown field', { ...whole, signingSecret: 'x' }, 'signingSecret'],
  [
    'a sender for nobody',
    { ...whole, senders: [{ ...whole.senders[0], speaksFor: ['eve'] }] },
    'senders[0].speaksFor[0]: is nobody in people: eve',
  ],
  [
    'two senders of one name',
    { ...whole, senders: [...whole.senders, ...whole.senders] },
    'senders[1].name: is there twice: tickets',
  ],
  [
    'a workspace by its name',
    { ...whole, slack: { ...whole.slack, team: 'acme' } },
    'slack.team: is no id of a workspace',
  ],
  ['another scheme', { ...whole, slack: { ...whole.slack, responses: 'file:///etc/passwd' } }, 'slack.responses'],
  ['no certificate', { ...whole, tls: undefined }, 'tls'],
])('%s is refused with its field', (_, config, words) => {
  expect(() => parse(config)).toThrow(words);
});

test('a file that is not there is named', () => {
  expect(() => readHooksConfig('/nowhere/hooks.yaml')).toThrow(
    '/nowhere/hooks.yaml cannot be read (ENOENT); give it with --config',
  );
});
