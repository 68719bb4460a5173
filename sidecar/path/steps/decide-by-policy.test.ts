import { describe, expect, it } from 'vitest';
import type { Target } from '../../../core/mcp/catalogue.ts';
import { ada, method, tool } from '../../../core/policy/testing/gen.ts';
import { LocalProof } from '../../identity/proof.ts';
import { GETTERS } from '../../testing/answering.ts';
import { judgingMessage, requestOf } from '../../testing/calls.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { decideByPolicy } from './decide-by-policy.ts';

const gate = { clock: new FakeClock(), digestKey: Buffer.alloc(32, 1) };

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

  it('has a digest of its arguments on record, the same for the same ones', () => {
    const digests = [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
      { a: 2, b: 2 },
    ].map((args) => decided([tool('get_a')], { arguments: args }).argumentsHmac);
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });
});
