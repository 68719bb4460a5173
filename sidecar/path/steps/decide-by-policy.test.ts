import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../../core/mcp/catalogue.ts';
import { ada, method, tool } from '../../../core/policy/testing/gen.ts';
import { LocalProof } from '../../identity/proof.ts';
import { GETTERS } from '../../testing/answering.ts';
import { judgingMessage, requestOf } from '../../testing/calls.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { decideByPolicy } from './decide-by-policy.ts';

const KEY = Buffer.alloc(32, 1);
const gate = { clock: new FakeClock(), digestKey: KEY };

function decided(targets: readonly Target[], params: object = {}, policy: typeof GETTERS | undefined = GETTERS) {
  const call = judgingMessage(
    { message: requestOf('tools/call', params), reading: { policy }, judgement: { targets } },
    { proof: new LocalProof(ada) },
  );
  const refusal = decideByPolicy(call, gate);
  return { reason: refusal?.reason, data: refusal?.data, ...call.judgement };
}

describe('a call', () => {
  it('goes on where a rule allows what it names, and keeps no arguments', () => {
    const { reason, verdict, targets } = decided([tool('get_a', { b: 1 })]);
    expect([reason, verdict?.effect, targets]).toEqual([
      undefined,
      'Allow',
      [{ kind: 'tool', name: 'get_a', args: undefined }],
    ]);
  });

  it('is denied where none does, with the rules and the revision that said so', () => {
    expect(decided([tool('set_a')])).toMatchObject({
      reason: 'denied',
      data: { rules: [], revision: GETTERS.revision },
    });
  });

  it('is unknown, not denied, where no rule names its method', () => {
    expect(decided([method('acme/run')]).reason).toBe('unknown-method');
  });

  it('that names nothing is not decided on', () => {
    expect(decided([]).verdict).toBeUndefined();
  });

  it('has a digest of the bytes of its arguments on record', () => {
    const digestOf = (args: object | null) => decided([tool('get_a')], { arguments: args }).argumentsHmac;
    const hmac = (text: string) => createHmac('sha256', KEY).update(text).digest('hex');
    expect(digestOf({ a: 1, b: 'ü' })).toBe(hmac('{"a":1,"b":"ü"}'));
    expect(digestOf({ b: 'ü', a: 1 })).toBe(hmac('{"b":"ü","a":1}'));
    expect(digestOf(null)).toBe(hmac('null'));
    expect(decided([tool('get_a')]).argumentsHmac).toBeUndefined();
  });
});
