/** What an MCPServer may not say of tokens that its gate fetches: each with the message of the API server. */
const secret = { secretName: 'ledger-idp', key: 'secret' };
const asking = { issuer: 'https://login.example.com', clientId: 'ledger-gate', clientSecret: secret };
const { clientSecret: _, ...noProof } = asking;
const { issuer: __, ...nobodyAsked } = asking;
const signed = { ...noProof, privateKey: secret };
const remote = { url: 'http://127.0.0.1:1/mcp' };
const program = { command: ['a'] };
const jwt = [{ issuer: 'https://login.example.com', audiences: ['gate'] }];
const at = 'spec.upstream.credentials[0].from';

const shown = (from: object, spec: object = { remote, access: { jwt } }, place: object = { header: 'x-api-key' }) => ({
  ...spec,
  upstream: { credentials: [{ name: 'api', ...place, from }] },
});
const own = (clientCredentials: object) => shown({ clientCredentials });
const exchange = (tokenExchange: object) => shown({ tokenExchange });

/** `spec` of the MCPServer. */
export const BAD_FETCHED_TOKENS: readonly (readonly [what: string, spec: object, message: string])[] = [
  ['a token of nobody', own(nobodyAsked), `${at}.clientCredentials: Invalid value: names no authorization server`],
  [
    'a token of two',
    own({ ...asking, tokenUrl: 'https://login.example.com/token' }),
    `${at}.clientCredentials: Invalid value: names no authorization server, or two`,
  ],
  [
    'a secret that is sent in plain HTTP',
    own({ ...asking, issuer: 'http://login.example.com' }),
    `${at}.clientCredentials.issuer: Invalid value: "http://login.example.com": is not a URL that a secret may be sent to`,
  ],
  [
    'a client that shows nothing',
    own(noProof),
    `${at}.clientCredentials: Invalid value: does not say how the gate shows that it is this client`,
  ],
  ['a client that shows two things', exchange({ ...asking, ...signed }), 'does not say how the gate shows'],
  ['the name of no key', own({ ...asking, keyId: 'a' }), 'keyId is the name of a private key'],
  ['a key in the body', own({ ...signed, sendSecretIn: 'Body' }), 'sendSecretIn is where a secret is sent'],
  [
    'a token for the Kubernetes API',
    shown(
      {
        clientCredentials: {
          ...noProof,
          clientAssertion: { serviceAccountAudience: 'https://kubernetes.default.svc' },
        },
      },
      { workload: { selector: { matchLabels: { app: 'a' } }, port: 8080 } },
    ),
    'clientAssertion.serviceAccountAudience: Invalid value: "https://kubernetes.default.svc": is an audience of the Kubernetes API itself',
  ],
  [
    'a token by which somebody is the gate to the operator',
    shown(
      { tokenExchange: { ...asking, actorToken: { serviceAccountAudience: 'sallyport.dev/operator' } } },
      { workload: { selector: { matchLabels: { app: 'a' } }, port: 8080 }, access: { jwt } },
    ),
    'actorToken.serviceAccountAudience: Invalid value: "sallyport.dev/operator": is an audience of the Kubernetes API itself, or of Sallyport',
  ],
  [
    'an actor without a token',
    exchange({ ...asking, actorToken: {} }),
    `${at}.tokenExchange.actorToken: Invalid value: names no token, or two`,
  ],
  [
    'an actor where the client is',
    exchange({ ...asking, protocol: 'OnBehalfOf', actorToken: secret }),
    'actorToken is not part of OnBehalfOf',
  ],
  [
    'a token in the environment of a program',
    shown({ clientCredentials: asking }, { stdio: program }, { env: 'TOKEN' }),
    'from is not possible beside env',
  ],
  [
    'a token of the pod outside of one',
    own({ ...noProof, clientAssertion: { serviceAccountAudience: 'a' } }),
    'spec: Invalid value: upstream.credentials.from is of a pod, and this gate is outside of a cluster',
  ],
  [
    'an actor that is the pod outside of one',
    exchange({ ...asking, actorToken: { serviceAccountAudience: 'a' } }),
    'upstream.credentials.from is of a pod',
  ],
  [
    'nothing to exchange',
    shown({ tokenExchange: asking }, { remote }),
    'upstream.credentials.from.tokenExchange is about the JSON Web Tokens of callers',
  ],
];
