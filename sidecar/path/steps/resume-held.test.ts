import { beforeEach, describe, expect, it } from 'vitest';
import { findRevision } from '../../../core/mcp/revisions/index.ts';
import { ada } from '../../../core/policy/testing/gen.ts';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { type HeldState, writeHeldState } from '../../approvals/held-state.ts';
import { LocalProof } from '../../identity/proof.ts';
import { HandleSeal } from '../../memory/handle-seal.ts';
import { serverOf } from '../../policy/source.ts';
import { readingCall } from '../../testing/calls.ts';
import { readBody } from './read-body.ts';
import { resumeHeld } from './resume-held.ts';

const POLICY = policyOf(ALLOW_ALL);
const STATE: HeldState = { approval: 'a-1', digest: 'sha256:x', expiresAt: 5, round: 1 };
let seal: HandleSeal;
beforeEach(() => {
  seal = new HandleSeal(Buffer.alloc(32, 1));
});

const sealed = (state: HeldState | string): string =>
  seal.seal(typeof state === 'string' ? state : writeHeldState(state), ada, serverOf(POLICY), 'held call');

/** `params` as the text that they are. */
function resumed(params: string, { version = '2026-07-28', method = 'tools/call', isRuled = true } = {}) {
  const body = `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`;
  const call = readingCall(body, { policy: isRuled ? POLICY : undefined, proof: new LocalProof(ada) });
  expect(readBody(call)).toBeUndefined();
  call.reading.revision = findRevision(version);
  const refusal = resumeHeld(call, { seal });
  return { call, refusal: refusal?.reason, params: JSON.parse(String(call.content?.body)).params as unknown, body };
}

describe('a call that comes back', () => {
  it.each([
    ['first', (text: string) => `{"requestState":${text},"name":"t"}`],
    ['last', (text: string) => `{"name":"t" , "requestState" : ${text} }`],
  ])('says what it began with: the state stands %s', (_where, paramsOf) => {
    const { call, params, refusal } = resumed(paramsOf(JSON.stringify(sealed(STATE))));
    expect([refusal, params, call.reading.resumed]).toEqual([undefined, { name: 't' }, STATE]);
    expect(call.content?.message).toMatchObject({ params: { name: 't' } });
  });

  it('has what it carried put back', () => {
    const state = { ...STATE, requestState: 'sp1.own', inputResponses: '{"a":5.0}' };
    const { call, params } = resumed(`{"name":"t","requestState":${JSON.stringify(sealed(state))}}`);
    expect(params).toEqual({ name: 't', requestState: 'sp1.own', inputResponses: { a: 5 } });
    expect(String(call.content?.body)).toContain('5.0');
  });

  it.each<[string, string]>([
    ['what nobody has sealed', 'sph1.AAAAAAAAAAAAAAAAAAAAAA.{}'],
    ['what is none', 'sph1.'],
  ])('is refused with %s', (_name, state) => {
    expect(resumed(JSON.stringify({ name: 't', requestState: state })).refusal).toBe('state-not-found');
  });

  it('is refused with what another version wrote, and where there is no policy', () => {
    expect(resumed(JSON.stringify({ requestState: sealed('{"v":2}') })).refusal).toBe('state-not-found');
    const withoutPolicy = { isRuled: false };
    expect(resumed(JSON.stringify({ requestState: sealed(STATE) }), withoutPolicy).refusal).toBe('state-not-found');
  });
});

describe('any other call', () => {
  it.each<[string, () => ReturnType<typeof resumed>]>([
    ['without a state', () => resumed('{"name":"t"}')],
    ['with the state of a server', () => resumed('{"name":"t","requestState":"sp1.x"}')],
    ['of another method', () => resumed(JSON.stringify({ requestState: sealed(STATE) }), { method: 'tools/list' })],
    [
      'of an earlier revision',
      () => resumed(JSON.stringify({ requestState: sealed(STATE) }), { version: '2025-11-25' }),
    ],
  ])('stays as it is: %s', (_name, call) => {
    const said = call();
    expect([said.refusal, said.call.reading.resumed, String(said.call.content?.body)]).toEqual([
      undefined,
      undefined,
      said.body,
    ]);
  });
});
