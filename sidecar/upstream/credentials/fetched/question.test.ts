import { describe, expect, it } from 'vitest';
import type { ClientCredentials, TokenExchange } from '../../../../core/policy/settings/fetched-tokens.ts';
import { questionOf } from './question.ts';

const SECRET = { secret: 'ledger-idp', key: 'secret' };
const asking: ClientCredentials = {
  of: { url: 'https://login.example.com/token' },
  clientId: 'ledger-gate',
  proof: { secret: SECRET, sentIn: 'Header' },
  scopes: ['read', 'write'],
  resources: ['https://a', 'https://b'],
  audiences: ['ledger', 'books'],
};
const exchange = (more: Partial<TokenExchange> = {}) => ({
  tokenExchange: { ...asking, protocol: 'TokenExchange', subjectType: 'AccessToken', actor: null, ...more } as const,
});
const asked = (...of: Parameters<typeof questionOf>) => {
  const { grantType, parameters, exchanges } = questionOf(...of);
  return { grantType, exchanges, said: [...parameters] };
};
const FOR_WHAT = [
  ['scope', 'read write'],
  ['resource', 'https://a'],
  ['resource', 'https://b'],
  ['audience', 'ledger'],
  ['audience', 'books'],
];

describe('a token endpoint is asked', () => {
  it('for a token of the gate itself (RFC 6749 §4.4.2)', () => {
    expect(asked({ clientCredentials: asking }, undefined, undefined)).toEqual({
      ...{ grantType: 'client_credentials', exchanges: false },
      said: FOR_WHAT,
    });
    const plain = { ...asking, scopes: [], resources: [], audiences: [] };
    expect(asked({ clientCredentials: plain }, undefined, undefined).said).toEqual([]);
  });

  it('for one in exchange for that of the caller (RFC 8693 §2.1)', () => {
    expect(asked(exchange({ subjectType: 'Jwt' }), 'adas-token', undefined)).toEqual({
      ...{ grantType: 'urn:ietf:params:oauth:grant-type:token-exchange', exchanges: true },
      said: [
        ...FOR_WHAT,
        ['subject_token', 'adas-token'],
        ['subject_token_type', 'urn:ietf:params:oauth:token-type:jwt'],
      ],
    });
  });

  it('and told that the gate acts for the caller', () => {
    const actor = { token: SECRET, type: 'Jwt' } as const;
    expect(asked(exchange({ actor }), 'adas-token', 'gates-token').said.slice(FOR_WHAT.length)).toEqual([
      ['subject_token', 'adas-token'],
      ['subject_token_type', 'urn:ietf:params:oauth:token-type:access_token'],
      ['actor_token', 'gates-token'],
      ['actor_token_type', 'urn:ietf:params:oauth:token-type:jwt'],
    ]);
    expect(() => asked(exchange({ actor }), 'adas-token', undefined)).toThrow('no token of the actor');
  });

  it('as Microsoft Entra ID has it', () => {
    expect(asked(exchange({ protocol: 'OnBehalfOf' }), 'adas-token', undefined)).toEqual({
      ...{ grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer', exchanges: true },
      said: [...FOR_WHAT, ['assertion', 'adas-token'], ['requested_token_use', 'on_behalf_of']],
    });
  });

  it('nothing without a token to exchange', () => {
    expect(() => asked(exchange(), undefined, undefined)).toThrow('no token to exchange');
  });
});
