import { beforeEach, describe, expect, it } from 'vitest';
import { ada, pack, policyOf, tool } from '../../../core/policy/testing/gen.ts';
import { LocalProof } from '../../identity/proof.ts';
import { type TestParts, answerParts } from '../../testing/answering.ts';
import { judgedCall, requestOf } from '../../testing/calls.ts';
import { stillFits } from './still-fits.ts';

const ENFORCING = policyOf(pack({ arguments: { schema: 'Enforce' } }));
const list = (schema: object): Buffer => Buffer.from(JSON.stringify({ name: 'add', inputSchema: schema }));
let parts: TestParts;
beforeEach(() => {
  parts = answerParts(ENFORCING);
});

function adding(judgement = {}) {
  const message = requestOf('tools/call', { name: 'add', arguments: { card: 4111 } });
  const call = judgedCall(
    { message, judgement: { targets: [tool('add')], ...judgement } },
    { proof: new LocalProof(ada), policy: ENFORCING },
  );
  return { call, body: call.content?.body ?? Buffer.alloc(0) };
}

describe('a call that has waited', () => {
  it('is not sent once its tool has a schema that it does not fit', () => {
    const { call } = adding();
    parts.inputSchemas.listed('add', list({ required: ['to'] }));
    expect(stillFits(call, parts)).toBeUndefined();
    call.course.hasWaited = true;
    expect(stillFits(call, parts)).toMatchObject({ reason: 'denied' });
  });

  it('is sent where it fits, and where nobody asks', () => {
    const { call } = adding();
    call.course.hasWaited = true;
    parts.inputSchemas.listed('add', list({ required: ['card'] }));
    expect(stillFits(call, parts)).toBeUndefined();
    parts.inputSchemas.listed('add', list({ required: ['to'] }));
    parts.setPolicy(policyOf(pack({})));
    expect(stillFits(call, parts)).toBeUndefined();
  });
});

it('what a placeholder has taken the place of is held against the schema as it is sent', () => {
  parts.inputSchemas.listed('add', list({ properties: { card: { type: 'number' } } }));
  const { body } = adding();
  const start = body.indexOf('4111');
  const edits = [{ span: { start, end: start + 4 }, text: '"[redacted: card-1]"' }];
  const redacted = new Map([['card', 1]]);
  expect(stillFits(adding().call, parts)).toBeUndefined();
  expect(stillFits(adding({ edits, redacted }).call, parts)).toMatchObject({ reason: 'denied' });
});
