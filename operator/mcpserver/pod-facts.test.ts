import { describe, expect, test } from 'vitest';
import { pod, REVISION } from '../testing/gen.ts';
import { ANNOTATION, POD_CONDITION } from '../names.ts';
import { readPod, revisionIn } from './pod-facts.ts';

describe('what a pod tells', () => {
  test('of its gate', () => {
    expect(readPod(pod())).toMatchObject({ name: 'ledger-1', gateOf: 'ledger', injected: { port: 9000 }, ready: true });
    expect(readPod(pod({ gateOf: null }))).toMatchObject({ gateOf: undefined, injected: undefined });
  });

  test('of the policy that it enforces', () => {
    expect(readPod(pod({ enforces: REVISION }))).toMatchObject({ enforces: REVISION, policyProblem: undefined });
  });

  test('of a policy that it could not take, with the one in force', () => {
    const message = `${REVISION}; bundle.json is cut off`;
    const conditions = [{ type: POD_CONDITION.enforced, status: 'False', message }];
    expect(readPod(pod({ conditions }))).toMatchObject({ enforces: REVISION, policyProblem: message });
  });

  test('of its tokens', () => {
    const conditions = [{ type: POD_CONDITION.tokens, status: 'False', message: 'a is no digest' }];
    expect(readPod(pod({ conditions }))).toMatchObject({ tokenProblem: 'a is no digest' });
  });

  test('of the keys of issuers', () => {
    const said = { reason: 'NoKeys', message: 'https://a.example is\u001b away' };
    const conditions = [{ type: POD_CONDITION.identity, status: 'False', ...said }];
    expect(readPod(pod({ conditions })).identity).toEqual({
      ready: false,
      reason: 'NoKeys',
      message: String.raw`https://a.example is\u001b away`,
    });
    expect(readPod(pod()).identity).toBeUndefined();
    const state = (status: 'True' | 'False') => [
      { type: POD_CONDITION.state, status, reason: 'r', message: 'a\u001b' },
    ];
    expect(readPod(pod({ conditions: state('False') })).state).toEqual({ problem: 'a\\u001b' });
    expect(readPod(pod({ conditions: state('True') })).state).toEqual({ problem: undefined });
    expect(readPod(pod()).state).toBeUndefined();
  });

  test.each([
    [true, true],
    [false, false],
    [undefined, undefined],
  ])('of where its server listens: %s', (loopbackOnly, expected) => {
    expect(readPod(pod(loopbackOnly === undefined ? {} : { loopbackOnly })).loopbackOnly).toBe(expected);
  });

  test('of why it was left alone, without what would upset a terminal', () => {
    const annotations = { [ANNOTATION.skipped]: `so\u001b[2J${'x'.repeat(500)}` };
    const { skipped } = readPod(pod({ gateOf: null, annotations }));
    expect(skipped).not.toContain('\u001b');
    expect(skipped?.length).toBeLessThan(320);
  });
});

test.each([
  [REVISION, REVISION],
  [`${REVISION}; and more`, REVISION],
  ['no policy in force', undefined],
  [`see ${REVISION}`, undefined],
  [undefined, undefined],
])('the revision in %j is %j', (message, expected) => {
  expect(revisionIn(message)).toBe(expected);
});
