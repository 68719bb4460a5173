/** Each row of what is answered to whom, in the guides to identity and to keys, has a test: here is which. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPage, root, tablesOf, tablesWith } from './pages.ts';

/** First cell of the row → file, and words of the titles of tests in it. */
type Tests = Readonly<Record<string, readonly [file: string, ...titles: string[]]>>;

const JWT = 'sidecar/identity/jwt/verify-token.test.ts';
const ATTACKS = 'test/e2e/identity-attacks.test.ts';
const DPOP = 'test/e2e/dpop.test.ts';
const TOKENS: Tests = {
  'of a trusted issuer, in time, for this audience': ['test/e2e/jwt.test.ts', 'an agent calls with the token of its'],
  'expired, not valid yet, or without `exp`': [
    JWT,
    'may be a little early or late',
    'by a token that has expired',
    'by one without an end',
  ],
  'for another audience, or for none': [JWT, 'by one for somebody else', 'by one for nobody'],
  'of an issuer that is not trusted': [JWT, 'by another issuer'],
  'of a trusted issuer, signed by another key': [JWT, 'by an issuer in the name of another'],
  '`alg: none`, a shared secret, or an algorithm that is not listed': [
    JWT,
    'by no signature',
    'by a public key as a shared secret',
    'by an algorithm that is not taken',
  ],
  'with `jku`, `jwk`, `x5u` or `x5c`: its own word for its key': [JWT, 'by its own word for its key: %s'],
  'of another `typ` than `JWT` or `at+jwt`, or with a `crit` that nobody knows': [
    JWT,
    'by another type of token',
    'by something critical that nobody understands',
  ],
  'without a name, or with groups or scopes that are no list of texts': [
    'sidecar/identity/jwt/claims.test.ts',
    "['sub', {}]",
    "['groups', { sub: 'ada', groups: { a: 1 } }]",
    "['scope', { sub: 'ada', scope: [['mcp']] }]",
  ],
  'longer than 12,000 characters': [ATTACKS, 'too large'],
  'issued in the future, by more than the skew of clocks': [JWT, 'by one that is issued in the future'],
  'with a claim that stands twice, or with a token inside of it': [
    ATTACKS,
    'with a claim that stands twice',
    'with another token inside',
  ],
  'bound to something that nobody here can check (`cnf`)': [JWT, 'by one that is bound to what nobody can check'],
  'bound to a key, and sent without a proof of it': [DPOP, 'is no token by itself: whoever has stolen it is refused'],
  'bound to a key, with a proof that has no nonce of the last minute': [
    DPOP,
    'passes with a proof of each request, whose nonce is asked for first',
  ],
  'bound to no key, where `dpop` is `Required`, or sent as `DPoP`': [
    DPOP,
    'a token that is bound to nothing passes as before, and is none where all have to be bound',
  ],
  '[taken back](#tokens-that-are-taken-back)': [
    'test/e2e/revocations.test.ts',
    '%s is refused from the next call on, and others are not',
  ],
  'without a scope that the rule for the call asks for': [
    'test/e2e/jwt.test.ts',
    'who calls without a user reads what is missing',
  ],
  'of an issuer whose keys could never be read, or not for a day': [
    'test/e2e/jwt.test.ts',
    'nobody is let in, and nobody is blamed, until its keys are there',
  ],
};

const SOURCE = 'sidecar/identity/service-accounts/account-source.test.ts';
const ACCOUNTS: Tests = {
  'mounted for this server': [SOURCE, 'knows a ServiceAccount by its token, and asks nobody'],
  'for another audience, or for the API server as well': [SOURCE, 'another audience'],
  expired: [SOURCE, 'ends with the token'],
  'of a namespace that is not listed': [
    'sidecar/identity/service-accounts/account-claims.test.ts',
    'of another namespace',
  ],
  'signed by a key that is none of the API server': [SOURCE, 'takes no token that another key has signed'],
  'of a pod that is gone, with `Online`': [SOURCE, 'knows nobody any more whose token the API server does not take'],
  'while the operator or the API server is away, with `Online`': [
    SOURCE,
    'lets nobody in while nobody can be asked, and blames nobody for it',
  ],
};

const PEER = 'sidecar/identity/certificates/read-peer.test.ts';
const TRUST = 'sidecar/identity/certificates/trust.test.ts';
const CERTIFICATES: Tests = {
  'of a trusted authority, in time, with one name of the kind': [
    'test/e2e/certificates.test.ts',
    'is who it says, in the audit log with whoever vouches for it',
  ],
  'none, where one is `Required`': [
    'test/e2e/certificates.test.ts',
    'has to show one where every caller has, whatever else it shows',
  ],
  'none, where it is `Optional`': [
    'sidecar/identity/certificates/by-certificate.test.ts',
    "['none', undefined, undefined, 'anonymous anonymous']",
  ],
  'of an authority that is not trusted, or signed by itself': [
    PEER,
    'of an authority that nobody trusts',
    'signed by itself',
  ],
  'without the authorities between it and a trusted one': [PEER, 'without those in between'],
  'expired, or not valid yet; likewise an authority above it': [PEER, 'that has expired', 'that is not valid yet'],
  'not for clients (`extendedKeyUsage` without clientAuth)': [PEER, 'for servers alone'],
  'of another trust domain, also of that of another entry': [
    TRUST,
    'the authority of one does not vouch for the names of another',
  ],
  'with no name of the kind, several, or one with a NUL, a wildcard or a dot at the end': [
    PEER,
    'with two names',
    'with a NUL in its name',
    'with a common name alone',
  ],
  'taken back, or of an issuer whose list is missing or out of date': [
    TRUST,
    'is nobody',
    'is that of another issuer',
    'is out of date',
  ],
  'that leads to two entries': [TRUST, 'nobody is known by two of them'],
};

const HEADERS = 'test/e2e/certificates.test.ts';
const PROXY = 'sidecar/identity/proxies/by-proxy.test.ts';
const PROXIES: Tests = {
  'the header, by a proxy that is named': [HEADERS, 'count from a proxy that is trusted, and from the server’s point'],
  'the header, by anybody else, or spelt with `_`': [HEADERS, 'never reach the server, and give nothing'],
  'the header twice, by a proxy that is named': [HEADERS, 'that stand there twice are refused'],
  'a header that is empty, or cannot be read': [PROXY, 'that says %s is refused'],
  'none, by a proxy known by its certificate': [PROXY, 'by its certificate is nobody, and not a caller itself'],
  'none, by a proxy known by its address': [PROXY, 'by its address is whoever comes without it'],
};

const GUARDED = 'sidecar/upstream/credentials/guarded-upstream.test.ts';
const SECRET = 'core/credentials/secret.test.ts';
const KEYS: Tests = {
  'the Secret, or the key in it, is missing': [GUARDED, "['is missing', undefined]"],
  'the key has fewer than 8 characters, which stand in answers by chance': [SECRET, 'seven characters'],
  'the key has a line break in it, or another character that no header can carry': [
    SECRET,
    'a line break in the middle',
    'an umlaut',
    'a NUL',
  ],
  'there is no entry for the caller': [GUARDED, 'for whom there is no key'],
  'the server says the key, `onEcho: Redact`': [
    'test/e2e/credentials.test.ts',
    'has asterisks in its place, is on record and is counted',
  ],
  'the server says the key, `onEcho: Deny`': [
    'test/e2e/credentials.test.ts',
    'ends the answer where it is to be denied',
  ],
  'the server answers 401': [
    'test/e2e/credentials.test.ts',
    'a key that it does not take: its client is not told to come with another token',
  ],
};

const FETCHED = 'test/e2e/fetched-credentials.test.ts';
const ENDPOINT: Tests = {
  'is away, slow, or answers with 429 or 5xx': [
    FETCHED,
    "['is away'",
    'that is slow nobody is waited for who has left',
  ],
  'answers with a page, a redirect, more than 64 KiB, or no token': [
    'sidecar/upstream/credentials/fetched/ask-endpoint.test.ts',
    "['shows a page'",
    "['sends elsewhere'",
    "['sends a flood'",
  ],
  'gives a token that is no bearer token, has expired, or has characters that no header can carry': [
    'sidecar/upstream/credentials/fetched/read-answer.test.ts',
    "['that is bound to a key'",
    "['that has expired'",
    "['that begins another header'",
  ],
  'does not know the client (`invalid_client`, `unauthorized_client`), or the scope or resource': [
    FETCHED,
    "['knows nobody'",
  ],
  'does not exchange the token of this caller (`invalid_grant`, `invalid_request`, `access_denied`, `interaction_required`, …)':
    [FETCHED, 'whose token is not exchanged is refused, and not asked for another one'],
};

const keys = readPage('docs/credentials.md');
const identity = tablesOf(readPage('docs/identity.md'));
const tablesAfter = (first: string, last: string) =>
  identity.filter(({ head }) => head[0] === first && head.at(-1) === last);

const GUIDES: readonly (readonly [what: string, table: (typeof identity)[number] | undefined, tests: Tests])[] = [
  ['JSON Web Tokens', tablesAfter('The token', 'Reason')[0], TOKENS],
  ['ServiceAccounts', tablesAfter('The token', 'Reason')[1], ACCOUNTS],
  ['client certificates', tablesAfter('The certificate', 'Reason')[0], CERTIFICATES],
  ['keys for the server', tablesWith(keys, 'What is wrong', 'Answer')[0], KEYS],
  ['endpoints of tokens', tablesWith(keys, 'The token endpoint', 'The call')[0], ENDPOINT],
  ['proxies', tablesAfter('Sent', 'Reaches the server')[0], PROXIES],
];

describe.each(GUIDES)('what comes back, of %s', (_what, table, tests) => {
  it('has a test for each row, and no test of a row that is gone', () => {
    expect(Object.keys(tests).toSorted()).toEqual((table?.rows ?? []).map(([sent = '']) => sent).toSorted());
  });

  it.each(Object.entries(tests))('%s', (_sent, [file, ...titles]) => {
    const text = readFileSync(join(root, file), 'utf8');
    for (const title of titles) expect(text).toContain(title);
  });
});
