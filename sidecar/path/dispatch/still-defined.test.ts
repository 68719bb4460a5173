import { expect, it } from 'vitest';
import { ada, tool } from '../../../core/policy/testing/gen.ts';
import { LocalProof } from '../../identity/proof.ts';
import { answerParts } from '../../testing/answering.ts';
import { judgedCall, requestOf } from '../../testing/calls.ts';
import { HIDING } from '../../testing/definitions.ts';
import { stillDefined } from './still-defined.ts';

it('a call that has waited is not sent once its tool says something else', () => {
  const parts = answerParts(HIDING);
  const call = judgedCall(
    { message: requestOf('tools/call'), judgement: { targets: [tool('add')] } },
    { proof: new LocalProof(ada), policy: HIDING },
  );
  const { definitions } = parts;
  const bytes = Buffer.from(JSON.stringify({ name: 'add', description: 'Adds.\u200b.' }));
  definitions.listed(definitions.read('tool', 'add', bytes, undefined));
  // In the same turn it was decided on a moment ago.
  expect(stillDefined(call, parts)).toBeUndefined();
  call.course.hasWaited = true;
  expect(stillDefined(call, parts)).toMatchObject({ reason: 'denied' });
});
