import { describe, expect, it } from 'vitest';
import { pack, policyOf } from '../../../core/policy/testing/gen.ts';
import { answerParts, answerTo, callOf, errorTo } from '../../testing/answering.ts';
import { UnreadableMessage } from '../check.ts';
import { MessageDoor } from '../messages.ts';
import { expectAnswer } from '../terms-of.ts';

const policy = policyOf(pack({ clientRequests: { urlElicitation: { effect: 'Allow', hosts: ['pay.example.com'] } } }));
const goTo = (...elicitations: object[]): string =>
  errorTo(1, { code: -32042, message: 'go there first', data: { elicitations } });
const page = (url: unknown): object => ({ mode: 'url', url, elicitationId: 'e', message: 'pay' });

function answered(text: string) {
  const parts = answerParts(policy);
  const call = callOf(parts);
  const passage = new MessageDoor(call, parts, expectAnswer(call), undefined).inspect(Buffer.from(text), true);
  return { passage, told: typeof passage === 'object' ? passage.instead.toString() : passage, lines: parts.lines };
}

describe('an error that sends a person to a page', () => {
  it('passes where rules let the host, and is on record', () => {
    const { passage, lines } = answered(goTo(page('https://pay.example.com/1')));
    expect(passage).toBe('pass');
    expect(lines.map(({ method, outcome }) => [method, outcome])).toEqual([['elicitation/create', 'asked']]);
  });

  it('is replaced by a refusal under its id where they do not, though others of its pages may be shown', () => {
    const { told, lines } = answered(goTo(page('https://pay.example.com/1'), page('https://evil.test/')));
    expect(told).toMatch(/"id":1,"error".*evil\.test/);
    expect(told).not.toContain('-32042');
    expect(lines.map(({ outcome }) => outcome)).toEqual(['refused']);
  });

  it('cannot be read where it may lead elsewhere', () => {
    expect(() => answered(goTo({ ...page('https://pay.example.com/1'), URL: 'https://evil.test/' }))).toThrow(
      UnreadableMessage,
    );
  });
});

it.each([
  [
    'an error of another kind',
    errorTo(1, { code: -32000, message: 'no', data: { elicitations: [page('https://evil.test/')] } }),
  ],
  ['an error that names no page', errorTo(1, { code: -32042, message: 'no' })],
  ['a result', answerTo(1, { content: [] })],
])('%s is about no page', (_name, text) => {
  expect(answered(text)).toMatchObject({ passage: 'pass', lines: [] });
});
