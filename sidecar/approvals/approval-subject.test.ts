import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../core/mcp/message.ts';
import { cardOf } from '../../core/inspect/definitions/card.ts';
import { NOTHING_TO_DECIDE, type Verdict } from '../../core/policy/verdict.ts';
import { policyOf } from '../../test/support/policy.ts';
import { readSecret } from '../../core/credentials/secret.ts';
import { ApprovalDigests } from './digests.ts';
import { type CallToApprove, namedApproval, subjectOf } from './approval-subject.ts';

const policy = policyOf({ tools: [{ names: ['*'], effect: 'RequireApproval', approval: {} }] });
const digests = new ApprovalDigests(Buffer.alloc(32, 1));
const held: Verdict = {
  ...NOTHING_TO_DECIDE,
  effect: 'RequireApproval',
  causes: [{ kind: 'rule', detail: 'money needs people', target: undefined }],
  rules: ['p#a', 'p#b'],
  obligations: { approval: { expiresMs: 60_000, holdMs: 10 }, unchecked: false },
};

/** A call with these params, as JSON text. */
function call(params: string, over: Partial<CallToApprove> = {}): CallToApprove {
  const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`;
  return {
    message: { kind: 'request', id: 1, method: 'tools/call', params: JSON.parse(params) as JsonObject },
    body: Buffer.from(body),
    exact: true,
    principal: { kind: 'token', name: 'ada', groups: [] },
    policy,
    targets: [{ kind: 'tool', name: 'transfer', args: { amount: 5 } }],
    verdict: held,
    redacted: undefined,
    pin: undefined,
    card: undefined,
    digests,
    keys: [],
    ...over,
  };
}
const subject = (params: string, over?: Partial<CallToApprove>) => {
  const found = subjectOf(call(params, over));
  return 'subject' in found ? found.subject : expect.fail(found.impossible);
};
const digestOf = (params: string, over?: Partial<CallToApprove>): string => subject(params, over).digest;
const PARAMS = '{"name":"transfer","arguments":{"amount":5}}';

const CARD = '4111 1111 1111 1111';

test('a person sees no secret of the call, and approves what was sent', () => {
  const params = `{"name":"transfer","arguments":{"memo":"card ${CARD}"}}`;
  const { preview, shown } = subject(params);
  expect(preview).toEqual({ memo: 'card [redacted: creditCard-1]' });
  expect(shown).toEqual({ redacted: [{ kind: 'creditCard', at: '/memo', sent: true }] });
  expect(digestOf(params)).not.toBe(digestOf(params.replace('4111 1111', '4242 4242')));
});

test('a person sees no key of the gate, and approves what was sent', () => {
  const key = readSecret('api', 'plain-words-that-look-like-none');
  const params = '{"name":"transfer","arguments":{"memo":"plain-words-that-look-like-none"}}';
  const keys = 'forms' in key ? [key] : expect.fail('no key');
  expect(subject(params, { keys }).preview).toEqual({ memo: '*'.repeat(31) });
  expect(digestOf(params, { keys })).toBe(digestOf(params));
});

test('a person reads first what the server says of the tool, and what was found in the call', () => {
  const card = cardOf('transfer', { name: 'transfer', title: 'Transfer', annotations: { destructiveHint: true } });
  const finding = { ...{ detector: 'path', reason: 'outside-roots', pointer: '/to\n', rule: 'p#a', message: '' } };
  const findings = [{ ...finding, evidence: '', span: undefined }];
  const asked = subject(PARAMS, { pin: card.digest, card, verdict: { ...held, findings } });
  expect(asked.pin).toBe(card.digest);
  expect(asked.shown).toEqual({
    title: 'Transfer',
    claims: { destructive: true },
    findings: ['path outside-roots at /to\\u{a}'],
  });
});

test('a person is asked about this call, by these rules, for so long', () => {
  expect(subject(PARAMS)).toMatchObject({
    namespace: 'finance',
    server: 'ledger',
    method: 'tools/call',
    // Without the arguments, which would be kept when the call is long over.
    target: { kind: 'tool', name: 'transfer', args: undefined },
    reason: 'money needs people',
    rules: ['p#a', 'p#b'],
    revision: policy.revision,
    expiresMs: 60_000,
  });
});

test('a rule that says no reason gets a sentence', () => {
  expect(subject(PARAMS, { verdict: { ...held, causes: [] } }).reason).toMatch(/transfer.* needs approval$/);
});

describe('the digest', () => {
  const same: Record<string, string> = {
    'in another order': '{"arguments":{"amount":5},"name":"transfer"}',
    'with other blanks': '{ "name" : "transfer", "arguments" : {"amount": 5} }',
    'with what hosts add': '{"name":"transfer","arguments":{"amount":5},"_meta":{"progressToken":7,"n":1.0}}',
    'with an escape': '{"n\\u0061me":"transfer","arguments":{"amount":5}}',
  };
  for (const [name, params] of Object.entries(same)) {
    test(`is the same ${name}`, () => expect(digestOf(params)).toBe(digestOf(PARAMS)));
  }

  const others: Record<string, [params: string, over?: Partial<CallToApprove>]> = {
    'of other arguments': ['{"name":"transfer","arguments":{"amount":6}}'],
    'of a number spelled otherwise, which a server may read otherwise': [
      '{"name":"transfer","arguments":{"amount":5.0}}',
    ],
    'of a text in place of a number': ['{"name":"transfer","arguments":{"amount":"5"}}'],
    'of one more member': ['{"name":"transfer","arguments":{"amount":5},"task":{}}'],
    'of somebody else': [PARAMS, { principal: { kind: 'token', name: 'bob', groups: [] } }],
    'of somebody of that name who proved it otherwise': [
      PARAMS,
      { principal: { kind: 'local', name: 'ada', groups: [] } },
    ],
  };
  for (const [name, [params, over]] of Object.entries(others)) {
    test(`is another one ${name}`, () => expect(digestOf(params, over)).not.toBe(digestOf(PARAMS)));
  }
});

describe('nobody can be asked about', () => {
  const cases: Record<string, [call: CallToApprove, why: RegExp]> = {
    'a notification': [
      call(PARAMS, { message: { kind: 'notification', method: 'a', params: {} } }),
      /names nothing that could be approved/,
    ],
    'a call of nobody': [call(PARAMS, { principal: undefined }), /names nothing/],
    'a call of nothing': [call(PARAMS, { targets: [] }), /names nothing/],
    'a call that no policy has held': [call(PARAMS, { policy: undefined }), /names nothing/],
    'a rule without terms': [call(PARAMS, { verdict: NOTHING_TO_DECIDE }), /no approval terms/],
    'a number that cannot be told from its neighbours': [call(PARAMS, { exact: false }), /too large/],
    'a number with more digits than a double': [
      call('{"name":"t","arguments":{"a":0.12345678901234567890123}}'),
      /more digits than can be shown/,
    ],
    'a body that is gone': [call(PARAMS, { body: undefined }), /no text/],
  };
  for (const [name, [asked, why]] of Object.entries(cases)) {
    test(name, () => expect(subjectOf(asked)).toEqual({ impossible: expect.stringMatching(why) as string }));
  }
});

describe('the approval that a client names', () => {
  test.each([
    ['is in its _meta', '{"_meta":{"sallyport.dev/approval":"a-1"}}', 'a-1'],
    ['is no number', '{"_meta":{"sallyport.dev/approval":1}}', undefined],
    ['is not beside it', '{"sallyport.dev/approval":"a-1"}', undefined],
    ['is in no list', '{"_meta":["a-1"]}', undefined],
  ])('%s', (_name, params, name) => expect(namedApproval(call(params).message)).toBe(name));
});
