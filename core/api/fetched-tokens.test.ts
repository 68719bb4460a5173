import { describe, expect, it } from 'vitest';
import { clientCredentialsSchema, keysNamedIn, podAudiencesIn, tokenExchangeSchema } from './fetched-tokens.ts';

const asking = {
  issuer: 'https://login.example.com/realms/agents',
  clientId: 'ledger-gate',
  clientSecret: { secretName: 'ledger-idp', key: 'client-secret' },
};
const complaints = (said: object, schema: typeof clientCredentialsSchema | typeof tokenExchangeSchema) =>
  (schema.safeParse(said).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('a token is asked for', () => {
  it('as a client with a secret, in the header', () => {
    expect(clientCredentialsSchema.parse(asking)).toEqual({ ...asking, sendSecretIn: 'Header' });
  });

  it('in exchange for that of a caller, as an access token by RFC 8693', () => {
    expect(tokenExchangeSchema.parse(asking)).toMatchObject({
      protocol: 'TokenExchange',
      subjectTokenType: 'AccessToken',
    });
  });

  const { clientSecret: _, ...noProof } = asking;
  const signed = { ...noProof, privateKey: { secretName: 'ledger-idp', key: 'key.pem' } };
  const federated = { ...noProof, clientAssertion: { serviceAccountAudience: 'api://AzureADTokenExchange' } };

  it.each([
    ['a private key', { ...signed, keyId: 'gate-1' }],
    ['a token of its pod', federated],
    ['scopes, resources and audiences', { ...asking, scopes: ['a:b'], resources: ['urn:x:y'], audiences: ['ledger'] }],
  ])('with %s', (_name, said) => {
    expect(complaints(said, clientCredentialsSchema)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['of nobody', { ...asking, issuer: undefined }, ': names no authorization server'],
    ['of two', { ...asking, tokenUrl: 'https://a.example/token' }, ': names no authorization server, or two'],
    ['over plain HTTP', { ...asking, issuer: 'http://login.example.com' }, 'issuer: is not a URL that a secret'],
    ['by nobody', noProof, ': does not say how the gate shows'],
    ['by two proofs', { ...asking, ...signed }, ': does not say how the gate shows'],
    ['by a secret with a key id', { ...asking, keyId: 'gate-1' }, 'keyId: is the name of a private key'],
    ['by a key in the body', { ...signed, sendSecretIn: 'Body' }, 'sendSecretIn: is where a secret is sent'],
    ['for a scope of two words', { ...asking, scopes: ['a b'] }, 'scopes.0: is not a scope'],
    ['for a path', { ...asking, resources: ['/ledger'] }, 'resources.0: is not an absolute URI'],
    ['for a fragment', { ...asking, resources: ['https://a/#b'] }, 'resources.0: is not an absolute URI'],
    [
      'with a token for the Kubernetes API',
      { ...noProof, clientAssertion: { serviceAccountAudience: 'https://kubernetes.default.svc.cluster.local' } },
      'clientAssertion.serviceAccountAudience: is an audience of the Kubernetes API',
    ],
    ...['sallyport.dev/operator', 'sallyport.dev/archive', 'k3s', 'https://kubernetes.default.svc/'].map(
      (audience): [string, object, string] => [
        `with a token for ${audience}`,
        { ...noProof, clientAssertion: { serviceAccountAudience: audience } },
        'clientAssertion.serviceAccountAudience: is an audience of the Kubernetes API itself, or of Sallyport',
      ],
    ),
  ])('not %s', (_name, said, complaint) => {
    expect(complaints(said, clientCredentialsSchema)).toEqual([expect.stringContaining(complaint)]);
  });
});

describe('the gate is the actor', () => {
  const actor = { secretName: 'ledger-idp', key: 'actor' };

  it.each([actor, { serviceAccountAudience: 'https://login.example.com', type: 'Jwt' }])('by a token: %j', (token) => {
    expect(complaints({ ...asking, actorToken: token }, tokenExchangeSchema)).toEqual([]);
  });

  it.each([{}, { secretName: 'ledger-idp' }, { ...actor, serviceAccountAudience: 'https://a' }])(
    'not by %j',
    (token) => {
      expect(complaints({ ...asking, actorToken: token }, tokenExchangeSchema)).toEqual([
        'actorToken: names no token, or two; write secretName and key, or serviceAccountAudience',
      ]);
    },
  );

  it('not on behalf of the caller, where the client is', () => {
    const said = { ...asking, protocol: 'OnBehalfOf', actorToken: actor };
    expect(complaints(said, tokenExchangeSchema)).toEqual([expect.stringContaining('actorToken: is not part of')]);
  });
});

it('tokens that only a pod has are found with their places', () => {
  const assertion = { clientAssertion: { serviceAccountAudience: 'a' } };
  expect(podAudiencesIn({ clientCredentials: assertion })).toEqual([
    { path: ['clientCredentials', 'clientAssertion', 'serviceAccountAudience'], audience: 'a' },
  ]);
  const both = { tokenExchange: { ...assertion, actorToken: { serviceAccountAudience: 'b' } } };
  expect(podAudiencesIn(both).map(({ audience }) => audience)).toEqual(['a', 'b']);
  for (const said of [undefined, 'x', {}, { clientCredentials: null }, { tokenExchange: { actorToken: {} } }])
    expect(podAudiencesIn(said)).toEqual([]);
});

it('keys that lie in Secrets are found with their places', () => {
  const secret = { secretName: 'ledger-idp', key: 'actor' };
  const { clientSecret: _, ...noProof } = asking;
  const from = {
    clientCredentials: clientCredentialsSchema.parse(asking),
    tokenExchange: tokenExchangeSchema.parse({ ...noProof, privateKey: asking.clientSecret, actorToken: secret }),
  };
  expect(keysNamedIn(from)).toEqual([
    { path: ['clientCredentials', 'clientSecret'], ...asking.clientSecret, isText: false },
    { path: ['tokenExchange', 'privateKey'], ...asking.clientSecret, isText: true },
    { path: ['tokenExchange', 'actorToken'], ...secret, isText: false },
  ]);
  expect(keysNamedIn(secret)).toEqual([{ path: [], ...secret, isText: false }]);
  expect(keysNamedIn({})).toEqual([]);
});
