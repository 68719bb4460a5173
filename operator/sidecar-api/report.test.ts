import { describe, expect, test } from 'vitest';
import { revisionIn } from '../mcpserver/pod-facts.ts';
import { POD_CONDITION } from '../names.ts';
import { REVISION } from '../testing/gen.ts';
import { conditionsFrom, reportSchema } from './report.ts';

const { enforced, understands, tokens, credentials, identity, state, loopbackOnly, certificate } = POD_CONDITION;
const NOTHING = 'no policy in force, every call is refused';
const CUT = 'it is cut off';

const report = (more: object = {}) =>
  reportSchema.parse({
    version: '0.1.0',
    policy: { revision: REVISION, problem: null },
    tokens: { clients: 3, problems: [] },
    upstream: { loopbackOnly: true },
    ...more,
  });
const policy = (revision: string | null, problem: string | null) => ({ policy: { revision, problem } });
const END = '2027-01-01T00:00:00.000Z';
const clients = (count: number, ...problems: string[]) => ({ tokens: { clients: count, problems } });
const listens = (onLoopback: boolean | null) => ({ upstream: { loopbackOnly: onLoopback } });

const SINCE = '2026-11-30T18:00:00.000Z';
const away = (usable: boolean, issuer = 'https://a.example') => ({ issuer, why: 'status 503', since: SINCE, usable });
const issuers = (...list: object[]) => ({ issuers: { trusted: 2, away: list } });

describe('a report becomes conditions of the pod:', () => {
  test.each([
    ['a policy in force', policy(REVISION, null), enforced, 'True', 'Enforced', REVISION],
    ['a bundle not taken', policy(REVISION, CUT), enforced, 'False', 'BundleRejected', `${REVISION}; ${CUT}`],
    ['no policy at all', policy(null, null), enforced, 'False', 'NoPolicy', NOTHING],
    ['a first bundle not taken', policy(null, CUT), enforced, 'False', 'BundleRejected', `${NOTHING}; ${CUT}`],
    [
      'all keys for the server',
      { credentials: { problems: [] } },
      credentials,
      'True',
      'Read',
      'all credentials for the server are there',
    ],
    [
      'keys that are missing',
      { credentials: { problems: ['a is not there', 'b is empty'] } },
      credentials,
      'False',
      'CredentialsMissing',
      'a is not there (and 1 more)',
    ],
    [
      'what the gate understands',
      { understands: { version: 3, features: ['wire.keys', 'audit.level'] } },
      understands,
      'True',
      'Reported',
      'v3 audit.level wire.keys (gate 0.1.0)',
    ],
    ['a gate that does not say it', {}, understands, 'True', 'Reported', 'v1 (gate 0.1.0)'],
    ['a certificate', { tls: { notAfter: END, problem: null, mounted: true } }, certificate, 'True', 'Shown', END],
    [
      'the last good one',
      { tls: { notAfter: END, problem: 'p', mounted: true } },
      certificate,
      'False',
      'Rejected',
      'p',
    ],
    ['no certificate', { tls: { notAfter: null, problem: 'p', mounted: true } }, certificate, 'False', 'Missing', 'p'],
    [
      'none mounted',
      { tls: { notAfter: null, problem: 'p', mounted: false } },
      certificate,
      'False',
      'NotMounted',
      'p',
    ],
    ['tokens', clients(3), tokens, 'True', 'Accepted', '3 clients'],
    ['one token', clients(1), tokens, 'True', 'Accepted', '1 client'],
    ['tokens not read', clients(1, 'ada: x', 'b', 'c'), tokens, 'False', 'TokensRejected', 'ada: x (and 2 more)'],
    [
      'a store that is shared',
      { state: { problem: null } },
      state,
      'True',
      'Shared',
      'it counts in the store that it shares with other gates',
    ],
    ['a store that is away', { state: { problem: 'a:1: gone' } }, state, 'False', 'StoreAway', 'a:1: gone'],
    ['keys of issuers', issuers(), identity, 'True', 'KeysRead', 'the keys of 2 issuers were read'],
    [
      'an issuer that is away',
      issuers(away(true)),
      identity,
      'False',
      'IssuerAway',
      `https://a.example since ${SINCE}, and the keys of before go on for a day (status 503)`,
    ],
    [
      'an issuer without keys, before others',
      issuers(away(true), away(false, 'https://b.example')),
      identity,
      'False',
      'NoKeys',
      `https://b.example since ${SINCE}, and its tokens are not taken (status 503); https://a.example since ${SINCE}, and the keys of before go on for a day (status 503)`,
    ],
    [
      'loopback',
      listens(true),
      loopbackOnly,
      'True',
      'LoopbackOnly',
      'the server does not answer at the address of the pod',
    ],
    [
      'beyond loopback',
      listens(false),
      loopbackOnly,
      'False',
      'ListensBeyond',
      'the server answers at the address of the pod',
    ],
    ['not known', listens(null), loopbackOnly, 'Unknown', 'NotTried', 'where the server listens is not known yet'],
  ])('%s', (_, more, type, status, reason, message) => {
    expect(conditionsFrom(report(more)).find((one) => one.type === type)).toEqual({ type, status, reason, message });
  });

  test('nothing, of issuers, where the gate fetches no keys', () => {
    const types = conditionsFrom(report()).map(({ type }) => type);
    expect(types).not.toContain(identity);
    expect(types).not.toContain(credentials);
    expect(types).not.toContain(state);
  });
});

test.each([null, CUT])('the revision is read back, whatever else is said (%s)', (problem) => {
  const [first] = conditionsFrom(report(policy(REVISION, problem)));
  expect(revisionIn(first?.message)).toBe(REVISION);
});

test.each([
  ['a revision that is none', policy('latest', null)],
  ['a text without end', policy(null, 'x'.repeat(2001))],
  ['less than no clients', clients(-1)],
  ['a feature whose name is none', { understands: { version: 2, features: ['x y'] } }],
  ['nothing of the server', { upstream: {} }],
])('%s is no report', (_, more) => {
  expect(() => report(more)).toThrow();
});

test('what a newer sidecar says besides is passed over', () => {
  expect(report({ shoeSize: 43 })).not.toHaveProperty('shoeSize');
});
