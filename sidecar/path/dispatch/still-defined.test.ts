import { expect, it } from 'vitest';
import { ada, tool } from '../../../core/policy/testing/gen.ts';
import type { Approval } from '../../approvals/approval.ts';
import { knownDefinitionOf } from '../../approvals/known-definition.ts';
import { LocalProof } from '../../identity/proof.ts';
import { answerParts } from '../../testing/answering.ts';
import { judgedCall, requestOf } from '../../testing/calls.ts';
import { HIDING } from '../../testing/definitions.ts';
import { stillDefined } from './still-defined.ts';

it('a call is not sent once its tool is another one than a person was asked about, though no pack asks for that', () => {
  const parts = answerParts();
  const call = judgedCall(
    { message: requestOf('tools/call'), judgement: { targets: [tool('add')] } },
    { proof: new LocalProof(ada) },
  );
  const list = (description: string): void =>
    parts.inputSchemas.listed('add', Buffer.from(JSON.stringify({ name: 'add', description })));
  list('Adds.');
  const { pin } = knownDefinitionOf(tool('add'), parts);
  call.course.hasWaited = true;
  call.course.approval = { name: 'a-1', pin, expiresAt: 1e12, subject: { target: tool('add'), pin } } as Approval;
  expect(stillDefined(call, parts)).toBeUndefined();
  list('Adds, and more.');
  expect(stillDefined(call, parts)).toMatchObject({
    reason: 'approval-outdated',
    message: expect.stringContaining('a-1') as string,
  });
});

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
