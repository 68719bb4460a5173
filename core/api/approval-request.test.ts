import { describe, expect, test } from 'vitest';
import { approvalRequestSchema, callOf, definitionOf, targetOf } from './approval-request.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const call = { method: 'tools/call', tool: 'transfer', preview: { amount: 5 }, digest };
const definition = { kind: 'tool', name: 'add', change: 'New', digest, findings: [], diff: ['+ /name'] };
const about = (subject: unknown) => ({ spec: { subject: subject as never } });

function problems(subject: unknown): string[] {
  const { error } = approvalRequestSchema.safeParse({
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'ApprovalRequest',
    metadata: { name: 'a', namespace: 'finance' },
    spec: {
      server: 'ledger',
      subject,
      principal: { name: 'ada', groups: [] },
      reason: 'why',
      rule: 'a/b#c',
      revision: digest,
      expiresAt: '2026-11-21T10:15:00Z',
    },
  });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the subject', () => {
  test('is a call', () => {
    expect(problems({ type: 'Call', call })).toEqual([]);
    expect(callOf(about({ type: 'Call', call }))).toEqual(call);
  });

  test('that says it is a call has one', () => {
    expect(problems({ type: 'Call' })).toEqual([
      'spec.subject.call: does not say what is decided on; add the call under subject.call',
    ]);
  });

  test('is a definition', () => {
    expect(problems({ type: 'Definition', definition })).toEqual([]);
    expect(definitionOf(about({ type: 'Definition', definition }))).toEqual(definition);
    expect(callOf(about({ type: 'Definition', definition }))).toBeUndefined();
  });

  test.each([
    ['has none', { type: 'Definition' }, ['spec.subject.definition']],
    ['is a call beside', { type: 'Definition', definition, call }, ['spec.subject.call']],
    ['has a definition beside its call', { type: 'Call', definition, call }, ['spec.subject.definition']],
  ])('that %s is refused', (_, subject, places) => {
    expect(problems(subject).map((problem) => problem.split(':')[0])).toEqual(places);
  });

  test.each([
    ['is of a version to come', { type: 'Grant', grant: {} }],
    ['calls itself something else and has a call beside', { type: 'Grant', call }],
    ['is missing, as in requests of before there were subjects', undefined],
  ])('that %s is about no call', (_, subject) => {
    expect(callOf(about(subject))).toBeUndefined();
  });
});

test.each([
  ['tool', { tool: 'transfer' }, 'transfer'],
  ['resource', { tool: undefined, resource: 'file:///a' }, 'file:///a'],
  ['prompt', { tool: undefined, prompt: 'summarise' }, 'summarise'],
])('a call of a %s names it', (kind, change, name) => {
  expect(targetOf({ ...call, ...change })).toEqual({ kind, name });
});
