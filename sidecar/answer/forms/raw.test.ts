import { expect, it } from 'vitest';
import { Policy } from '../../../core/policy/policy.ts';
import { policyOf } from '../../../core/policy/testing/gen.ts';
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
