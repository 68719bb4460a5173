import { describe, expect, test } from 'vitest';
import { mcpServerSchema } from '../../../core/api/mcp-server.ts';
import { POD_CONDITION } from '../../names.ts';
import { identityReady } from './identity-ready.ts';
import { facts, injectedPod, server } from './testing/cases.ts';

const jwt = [{ issuer: 'https://a.example', audiences: ['x'] }];
interface AccountKeys {
  readonly issuer?: string;
  readonly problem?: string;
}

const gate = (name: string, status?: 'True' | 'False', reason = 'KeysRead', gateOf: string | null = 'ledger') =>
  injectedPod({
    ...{ name, gateOf },
    conditions: status === undefined ? [] : [{ type: POD_CONDITION.identity, status, reason, message: `${name} says` }],
  });
const judge = (pods: object[], access: object = { jwt }, accountKeys: AccountKeys = {}) => {
  const given = facts(pods);
  const trusting = mcpServerSchema.parse({ ...server, spec: { ...server.spec, access } });
  return identityReady({ ...given, server: trusting }, { issuer: undefined, problem: undefined, ...accountKeys });
};

describe('IdentityReady', () => {
  test('is not there where no issuer is trusted, and until a gate has told of one', () => {
    expect(judge([gate('a', 'False', 'NoKeys')], {})).toBeUndefined();
    expect(judge([gate('a'), gate('b')])).toBeUndefined();
    expect(judge([gate('a', 'False', 'NoKeys', null)])).toBeUndefined();
  });

  test('True while every gate that tells of it has the keys', () => {
    expect(judge([gate('a', 'True'), gate('b')])).toMatchObject({ status: 'True', reason: 'KeysRead' });
  });

  test.each([
    ['an issuer is away', 'IssuerAway', [gate('a', 'True'), gate('b', 'False', 'IssuerAway')], 'b'],
    [
      'a gate has no keys at all, before all others',
      'NoKeys',
      [gate('a', 'False', 'IssuerAway'), gate('b', 'False', 'NoKeys')],
      'b',
    ],
  ])('False where %s', (_what, reason, pods, told) => {
    const verdict = judge(pods);
    expect(verdict).toMatchObject({ status: 'False', reason });
    expect(verdict?.message).toContain(`${told} says`);
    expect(verdict?.message).toContain('spec.access.jwt');
  });

  test('says of ServiceAccounts whether the operator has the keys of the API server', () => {
    const access = { serviceAccounts: {} };
    expect(judge([], access)).toBeUndefined();
    expect(judge([], access, { issuer: 'https://a' })).toMatchObject({ status: 'True', reason: 'KeysRead' });
    const away = { issuer: 'https://a', problem: 'cannot get /openid/v1/jwks: 403' };
    expect(judge([], access, away)).toMatchObject({
      ...{ status: 'False', reason: 'AccountKeysAway' },
      message: expect.stringContaining('cannot get /openid/v1/jwks: 403'),
    });
    expect(judge([], { jwt }, away)).toBeUndefined();
  });

  test('says what is wrong, where both are asked for', () => {
    const both = { jwt, serviceAccounts: {} };
    const away = { problem: 'away' };
    expect(judge([gate('a', 'True')], both, away)).toMatchObject({ reason: 'AccountKeysAway' });
    expect(judge([gate('a', 'False', 'NoKeys')], both, away)).toMatchObject({ reason: 'NoKeys' });
    expect(judge([gate('a', 'True')], both, { issuer: 'https://a' })).toMatchObject({ reason: 'KeysRead' });
  });
});
