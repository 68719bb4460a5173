import { expect, it } from 'vitest';
import { Policy } from '../../../core/policy/policy.ts';
import { pack, policyOf } from '../../../core/policy/testing/gen.ts';
import { answering } from '../../testing/answer-door.ts';
import { UpstreamError } from '../../upstream/upstream.ts';

const { bundle, revision } = policyOf();
const server = { ...bundle.server, access: { ...bundle.server.access, authorization: 'Server' as const } };
const policy = new Policy({ ...bundle, server }, revision);
const CHALLENGE = { 'www-authenticate': 'Bearer', 'content-length': '4', 'content-type': 'text/plain' };

const challenged = () => {
  const all = answering({ policy });
  all.door.onHead(401, CHALLENGE);
  all.door.onData(Buffer.from('who?'));
  return all;
};

it('a challenge passes as it is, with its length', () => {
  const { door, reply, outcomes } = challenged();
  door.onEnd();
  expect(reply).toMatchObject({ status: 401, text: 'who?', open: false, headers: CHALLENGE });
  expect(outcomes()).toEqual(['answered forwarded']);
});

it('a challenge that breaks off is cut off, and nothing of the gate’s is added to it', () => {
  const { door, reply, outcomes } = challenged();
  door.onError(new UpstreamError('upstream-broken', 'it broke off'));
  expect([reply.text, reply.torn, outcomes()]).toEqual(['who?', true, ['upstream-error upstream-broken']]);
});

it.each([
  ['a text', 'text/plain', 'ask ada@maths.co.uk', 'ask [redacted: email-1]'],
  ['JSON', 'application/json', '{"ask": "ada@maths.co.uk"}', '{"ask": "[redacted: email-1]"}'],
  ['what is long', 'text/plain', 'x'.repeat(70_000), ''],
])('a challenge is looked through where a pack asks for that: %s', (_, type, body, shown) => {
  const asking = policyOf(pack({ dlp: [{ detect: ['email'], in: ['results'], effect: 'Redact' }] })).bundle;
  const all = answering({ policy: new Policy({ ...asking, server }, revision) });
  all.door.onHead(401, { ...CHALLENGE, 'content-type': type });
  all.door.onData(Buffer.from(body));
  all.door.onEnd();
  const { 'content-length': __, ...headers } = { ...CHALLENGE, 'content-type': type };
  expect(all.reply).toMatchObject({ status: 401, text: shown, open: false, headers });
});

it('nothing of a challenge is shown that holds what is denied, but what asks for a token', () => {
  const asking = policyOf(pack({ dlp: [{ detect: ['email'], in: ['results'], effect: 'Deny' }] })).bundle;
  const all = answering({ policy: new Policy({ ...asking, server }, revision) });
  all.door.onHead(401, CHALLENGE);
  all.door.onData(Buffer.from('ask ada@maths.co.uk'));
  all.door.onEnd();
  expect(all.reply).toMatchObject({ status: 401, text: '', headers: { 'www-authenticate': 'Bearer' } });
});
