import { describe, expect, it } from 'vitest';
import { clientCredentialsSchema, tokenExchangeSchema } from '../../api/fetched-tokens.ts';
import { isTokenOfPod } from '../../credentials/token-of-pod.ts';
import { compileFetchedToken, fetchedTokenSchema, secretsOfFetched } from './fetched-tokens.ts';

const asking = { issuer: 'https://login.example.com', clientId: 'ledger-gate' };
const SECRET = { secretName: 'ledger-idp', key: 'secret' };
const own = (more: object) => ({ clientCredentials: clientCredentialsSchema.parse({ ...asking, ...more }) });
const exchange = (more: object) => ({ tokenExchange: tokenExchangeSchema.parse({ ...asking, ...more }) });

describe('what a server says of a token that is fetched', () => {
  it.each<[string, ReturnType<typeof own>, object]>([
    ['a secret', own({ clientSecret: SECRET }), { secret: { secret: 'ledger-idp', key: 'secret' }, sentIn: 'Header' }],
    [
      'a private key',
      own({ privateKey: SECRET, keyId: 'k' }),
      { privateKey: { secret: 'ledger-idp', key: 'secret' }, keyId: 'k' },
    ],
  ])('is in its bundle, with %s', (_, said, proof) => {
    const compiled = compileFetchedToken(said);
    expect(compiled).toEqual({
      clientCredentials: {
        ...{ of: { issuer: 'https://login.example.com' }, clientId: 'ledger-gate', proof },
        ...{ scopes: [], resources: [], audiences: [] },
      },
    });
    expect(fetchedTokenSchema.parse(compiled)).toEqual(compiled);
  });

  it('is where tokens of the pod lie', () => {
    const said = exchange({
      ...{ issuer: undefined, tokenUrl: 'https://login.example.com/token' },
      clientAssertion: { serviceAccountAudience: 'a' },
      actorToken: { serviceAccountAudience: 'b', type: 'Jwt' },
    });
    const compiled = compileFetchedToken(said) ?? expect.fail();
    expect(compiled).toMatchObject({
      tokenExchange: {
        of: { url: 'https://login.example.com/token' },
        protocol: 'TokenExchange',
        actor: { type: 'Jwt' },
      },
    });
    expect(fetchedTokenSchema.parse(compiled)).toEqual(compiled);
    expect(secretsOfFetched(compiled).map(isTokenOfPod)).toEqual([true, true]);
  });

  it('is nothing of a key that lies somewhere', () => {
    expect(compileFetchedToken({})).toBeUndefined();
  });

  it('names what has to be there', () => {
    const compiled = compileFetchedToken(exchange({ privateKey: SECRET, actorToken: { ...SECRET, key: 'actor' } }));
    expect(secretsOfFetched(compiled ?? expect.fail())).toEqual([
      { secret: 'ledger-idp', key: 'secret' },
      { secret: 'ledger-idp', key: 'actor' },
    ]);
    expect(secretsOfFetched(compileFetchedToken(own({ clientSecret: SECRET })) ?? expect.fail())).toHaveLength(1);
  });
});
