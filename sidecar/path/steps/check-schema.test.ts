import { describe, expect, it } from 'vitest';
import { ada, pack, policyOf, prompt, tool } from '../../../core/policy/testing/gen.ts';
import { LocalProof } from '../../identity/proof.ts';
import { InputSchemas } from '../../memory/input-schemas.ts';
import { judgingMessage, requestOf } from '../../testing/calls.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { checkSchema } from './check-schema.ts';

const inputSchemas = new InputSchemas();
inputSchemas.listed('read', Buffer.from('{"name":"read","inputSchema":{"required":["path"]}}'));
const gate = { clock: new FakeClock(), inputSchemas };
const asking = (schema?: 'Enforce' | 'Shadow') => policyOf(pack(schema === undefined ? {} : { arguments: { schema } }));

function checked(policy: ReturnType<typeof asking> | undefined, params: object, target = tool('read')) {
  const call = judgingMessage(
    { message: requestOf('tools/call', params), reading: { policy }, judgement: { targets: [target] } },
    { proof: new LocalProof(ada) },
  );
  const refusal = checkSchema(call, gate);
  return { reason: refusal?.reason, text: refusal?.message ?? '', verdict: call.judgement.verdict };
}

describe('the arguments of a call', () => {
  it('are refused where they do not fit what the server listed', () => {
    const { reason, verdict } = checked(asking('Enforce'), { arguments: { PATH: 1 } });
    expect([reason, verdict?.rules]).toEqual(['denied', ['finance/pack#arguments.schema']]);
    expect(checked(asking('Enforce'), {}).reason).toBe('denied');
  });

  it('pass where they fit, and where the tool was not listed', () => {
    expect(checked(asking('Enforce'), { arguments: { path: 1 } })).toMatchObject({
      reason: undefined,
      verdict: undefined,
    });
    expect(checked(asking('Enforce'), {}, tool('other')).reason).toBeUndefined();
  });

  it('pass where no pack asks for it, and where it is only recorded', () => {
    expect(checked(asking(), {}).verdict).toBeUndefined();
    expect(checked(undefined, {}).verdict).toBeUndefined();
    expect(checked(asking('Shadow'), {})).toMatchObject({ reason: undefined, verdict: { would: { effect: 'Deny' } } });
  });
});

it('a prompt of the same name has no schema', () => {
  expect(checked(asking('Enforce'), {}, prompt('read')).reason).toBeUndefined();
});
