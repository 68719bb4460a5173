import { describe, expect, test } from 'vitest';
import { approvalRequestSchema } from '../../core/api/approval-request.ts';
import type { StoredRequest } from '../custom-resources.ts';
import { approvalRequest, definitionRequest } from '../testing/gen.ts';
import { isHalt, openStorm, stormRequest, waitingOf } from './storms.ts';

const NOW = Date.parse('2026-11-21T10:05:00Z');
const WHO = 'billing-agent';
const other = { principal: { name: 'other', groups: [] } };
const storm = (state?: string, spec: object = {}): StoredRequest => {
  const asked = stormRequest([approvalRequest()], NOW);
  return approvalRequest({
    name: asked.name,
    spec: { ...asked.spec, ...spec },
    ...(state === undefined ? {} : { status: { state } }),
  });
};

test('what waits of a principal are its calls that nobody has decided on', () => {
  const waiting = approvalRequest();
  const requests = [
    ...[waiting, approvalRequest({ spec: other }), approvalRequest({ status: { state: 'Denied' } })],
    ...[definitionRequest({ spec: { principal: { name: WHO, groups: [] } } }), storm()],
  ];
  expect(waitingOf(requests, WHO)).toEqual([waiting]);
});

describe('the question about a principal', () => {
  test.each([
    ['waits', storm(), true, false],
    ['was answered with yes', storm('Approved'), true, true],
    ['was answered with no', storm('Denied'), true, false],
    ['is over', storm('Expired'), false, false],
    ['was answered with yes, and is over', storm('Approved', { expiresAt: '2026-11-21T10:00:00Z' }), false, false],
    ['is about another one', storm('Approved', other), false, false],
  ])('%s', (_, request, isOpen, halts) => {
    const found = openStorm([approvalRequest(), request], WHO, NOW);
    expect(found !== undefined).toBe(isOpen);
    expect(isHalt(found)).toBe(halts);
  });
});

test('it is asked in a request that is one, of the same principal, and tells what it calls', () => {
  const waiting = ['a', 'a', 'b\u202e'].map((tool) => approvalRequest({ call: { tool } }));
  const { name, spec } = stormRequest(waiting as [StoredRequest], NOW);
  expect(spec.subject.storm).toMatchObject({ waiting: 3, tools: ['a', 'b\\u{202e}'] });
  expect(spec.principal).toEqual(waiting[0]?.spec.principal);
  const whole = {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'ApprovalRequest',
    metadata: { name, namespace: 'finance' },
    spec,
  };
  expect(approvalRequestSchema.parse(whole).spec).toEqual(spec);
});

test('replicas that ask at once ask one question, for one to two hours', { tags: ['few-questions'] }, () => {
  const [a, b] = [
    stormRequest([approvalRequest()], NOW),
    stormRequest([approvalRequest({ call: { tool: 'x' } })], NOW + 1000),
  ];
  expect(a.name).toBe(b.name);
  expect(a.spec.expiresAt).toBe('2026-11-21T12:00:00.000Z');
  expect(stormRequest([approvalRequest({ spec: other })], NOW).name).not.toBe(a.name);
});
