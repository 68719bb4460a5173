import { describe, expect, test } from 'vitest';
import { mcpServerSchema } from '../../../core/api/mcp-server.ts';
import { POD_CONDITION } from '../../names.ts';
import { stateShared } from './state-shared.ts';
import { facts, injectedPod, server } from './testing/cases.ts';

const gate = (name: string, status?: 'True' | 'False') =>
  injectedPod({
    ...{ name, gateOf: 'ledger' },
    conditions:
      status === undefined ? [] : [{ type: POD_CONDITION.state, status, reason: 'r', message: `${name} says` }],
  });
const judge = (pods: object[], valkey: object | undefined = { url: 'rediss://a' }) => {
  const state = valkey === undefined ? {} : { state: { valkey } };
  return stateShared({
    ...facts(pods),
    server: mcpServerSchema.parse({ ...server, spec: { ...server.spec, ...state } }),
  });
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
});
