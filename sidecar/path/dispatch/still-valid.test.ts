import { beforeEach, describe, expect, it } from 'vitest';
import type { Approval } from '../../approvals/approval.ts';
import { pack, policyOf } from '../../../core/policy/testing/gen.ts';
import { GETTERS, answerParts } from '../../testing/answering.ts';
import { judgedCall, requestOf } from '../../testing/calls.ts';
import type { JudgedCall } from '../../call/call.ts';
import { stillValid } from './still-valid.ts';

let parts: ReturnType<typeof answerParts>;
let holds: boolean;
let call: JudgedCall;
beforeEach(() => {
  parts = answerParts();
  holds = true;
  const proof = { principal: { kind: 'local', name: 'me', groups: [] }, holds: () => holds } as const;
  call = judgedCall({ message: requestOf('tools/call') }, { proof });
});

const approvedUnder = (revision: string) =>
  ({ name: 'a-1', state: 'Consumed', expiresAt: 0, subject: { revision } }) as unknown as Approval;

it('of a call that has not waited nothing is asked again', () => {
  holds = false;
  parts.failAudit();
  expect(stillValid(call, parts)).toBeUndefined();
});

describe('a call that has waited', () => {
  beforeEach(() => {
    call.course.hasWaited = true;
  });

  it('may be sent while all is as it was', () => {
    call.course.approval = approvedUnder(GETTERS.revision);
    expect(stillValid(call, parts)).toBeUndefined();
  });

  it('may not where it was approved under other rules, or there are none', () => {
    call.course.approval = approvedUnder('sha256:other');
    expect(stillValid(call, parts)).toMatchObject({ reason: 'approval-outdated' });
    call.course.approval = approvedUnder(GETTERS.revision);
    parts.setPolicy(undefined);
    expect(stillValid(call, parts)).toMatchObject({ reason: 'approval-outdated' });
  });

  it('was decided on by what was in force when it came, where nobody approved it', () => {
    parts.setPolicy(undefined);
    expect(stillValid(call, parts)).toBeUndefined();
  });

  it('may not when its proof does not hold any more', () => {
    holds = false;
    expect(stillValid(call, parts)).toMatchObject({ reason: 'unauthenticated' });
  });

  it('may not once it is halted', () => {
    parts.setPolicy(policyOf(pack({ halt: { reason: 'incident' } })));
    expect(stillValid(call, parts)).toMatchObject({ reason: 'halted' });
  });

  it('may not while nothing can be recorded', () => {
    parts.failAudit();
    expect(stillValid(call, parts)).toMatchObject({ reason: 'audit-unavailable' });
  });
});
