import { describe, expect, test } from 'vitest';
import { mcpServerSchema } from '../../../core/api/mcp-server.ts';
import { POD_CONDITION } from '../../names.ts';
import { stateShared } from './state-shared.ts';
import { policyPackSchema } from '../../../core/api/policy-pack.ts';
import { compile } from '../../../core/policy/compile.ts';
import { compiled, facts, injectedPod, rejected, server } from './testing/cases.ts';

const gate = (name: string, status?: 'True' | 'False') =>
  injectedPod({
    ...{ name, gateOf: 'ledger' },
    conditions:
      status === undefined ? [] : [{ type: POD_CONDITION.state, status, reason: 'r', message: `${name} says` }],
  });
const judge = (pods: object[], valkey: object | null = { url: 'rediss://a' }, wanted = compiled()) => {
  const state = valkey === null ? {} : { state: { valkey } };
  const sharing = mcpServerSchema.parse({ ...server, spec: { ...server.spec, ...state } });
  return stateShared({ ...facts(pods), server: sharing }, wanted);
};

describe('StateShared', () => {
  test('is True where every gate counts in the store', () => {
    expect(judge([gate('a', 'True'), gate('b', 'True')])).toMatchObject({ status: 'True', reason: 'Shared' });
  });

  test.each([
    ['Local', 'counts for itself'],
    ['Deny', 'refuses the calls'],
  ])('is False where one does not, and says what it does meanwhile (%s)', (onFailure, meanwhile) => {
    const verdict = judge([gate('a', 'True'), gate('b', 'False'), gate('c')], { url: 'rediss://a', onFailure });
    expect(verdict).toMatchObject({ status: 'False', reason: 'StoreAway' });
    expect(verdict?.message).toContain('in b: b says');
    expect(verdict?.message).toContain(meanwhile);
  });

  test('is not known until all have told', () => {
    expect(judge([gate('a', 'True'), gate('b')])).toMatchObject({ status: 'Unknown', reason: 'NotTold' });
    expect(judge([])).toMatchObject({ status: 'Unknown', reason: 'NotTold' });
  });

  test('is False where several gates count for themselves, and only then', () => {
    const of = (spec: object): ReturnType<typeof compiled> => {
      const pack = {
        apiVersion: 'sallyport.dev/v1alpha1',
        kind: 'PolicyPack',
        metadata: { name: 'a', namespace: 'finance' },
        spec,
      };
      const made = compile(mcpServerSchema.parse(server), [policyPackSchema.parse(pack)]);
      return { kind: 'compiled', ...made, packs: ['finance/a'] };
    };
    const counts = of({ limits: { budget: [{ name: 'day', credits: 100, window: '24h' }] } });
    const two = [gate('a'), gate('b')];
    expect(judge(two, null, counts)).toMatchObject({ status: 'False', reason: 'EachForItself' });
    expect(judge(two, null, counts)?.message).toContain('2 times as much');
    expect(judge([gate('a')], null, counts)).toBeUndefined();
    expect(judge(two, null, of({ labels: { sink: ['send_*'] } }))).toBeUndefined();
    expect(judge(two, null, rejected)).toBeUndefined();
  });
});
