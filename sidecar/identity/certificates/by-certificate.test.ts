import { describe, expect, it } from 'vitest';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { TestAuthority } from '../../../core/x509/testing/test-authority.ts';
import { ada } from '../../../core/policy/testing/gen.ts';
import { SYSTEM_CLOCK } from '../../clock.ts';
import { type Entry, shake } from '../../testing/handshake.ts';
import { NO_ACCOUNTS, NO_JWTS, NO_POSSESSION } from '../../testing/no-jwts.ts';
import { authenticate } from '../authenticators.ts';
import type { ShownCertificate } from './shown-certificate.ts';

const [mesh, stranger] = [TestAuthority.root(), TestAuthority.root()];
const ENTRY: Entry = { name: 'mesh', ca: mesh.ca, names: 'Dns' };
const trust = [ENTRY];
const optional = policyOf(ALLOW_ALL, { anonymous: true, tls: { secretName: 'ledger-tls' }, certificates: { trust } });
const required = policyOf(ALLOW_ALL, {
  anonymous: true,
  tls: { secretName: 'ledger-tls' },
  certificates: { mode: 'Required', trust },
});
const without = policyOf(ALLOW_ALL, { anonymous: true });

const agent = mesh.issue({ dns: ['agent.test'] });
const [good, bad] = await Promise.all([
  shake(optional, agent),
  shake(optional, stranger.issue({ dns: ['agent.test'] })),
]);

function come(policy: typeof optional, certificate: ShownCertificate | undefined, authorization?: string) {
  const parts = {
    ...{
      policy: { current: () => policy },
      clock: SYSTEM_CLOCK,
      jwts: NO_JWTS,
      accounts: NO_ACCOUNTS,
      possession: NO_POSSESSION,
    },
    tokens: { find: (token: string) => (token === 'good' ? ada : undefined) },
  };
  const headers = authorization === undefined ? {} : { authorization };
  const said = authenticate(
    { httpMethod: 'POST', headers, peer: { remoteAddress: '10.0.0.1', certificate } },
    policy,
    parts,
  );
  return 'principal' in said ? `${said.principal.kind} ${said.principal.name}` : `${said.reason}: ${said.message}`;
}

describe('whoever may show a certificate', () => {
  it.each([
    ['one that counts', good, undefined, 'certificate agent.test'],
    ['none', undefined, undefined, 'anonymous anonymous'],
    ['one that does not count', bad, undefined, 'this certificate is not taken: none of the authorities'],
    ['a token besides', good, 'Bearer good', 'token ada'],
    ['an unknown token besides', good, 'Bearer other', 'this token is not known'],
  ])('with %s', (_what, certificate, authorization, expected) => {
    expect(come(optional, certificate, authorization)).toContain(expected);
  });
});

describe('whoever has to show one', () => {
  it.each([
    ['one that counts', good, undefined, 'certificate agent.test'],
    ['none', undefined, undefined, 'this server takes callers with a client certificate alone'],
    ['none, and a token', undefined, 'Bearer good', 'this server takes callers with a client certificate alone'],
    ['one that does not count, and a token', bad, 'Bearer good', 'this certificate is not taken'],
    ['one that counts, and a token', good, 'Bearer good', 'token ada'],
  ])('with %s', (_what, certificate, authorization, expected) => {
    expect(come(required, certificate, authorization)).toContain(expected);
  });
});

it('where nobody asks for one it says nothing', () => {
  expect(come(without, good)).toBe('anonymous anonymous');
});

it('holds with whatever else was shown only while the certificate counts that every caller needs', () => {
  let policy: typeof required | undefined = required;
  const parts = {
    ...{ policy: { current: () => policy }, clock: SYSTEM_CLOCK, jwts: NO_JWTS, accounts: NO_ACCOUNTS },
    ...{ possession: NO_POSSESSION, tokens: { find: () => ada } },
  };
  const headers = { authorization: 'Bearer good' };
  const proof = authenticate({ httpMethod: 'POST', headers, peer: { certificate: good } }, required, parts);
  if (!('principal' in proof)) return expect.fail(proof.message);
  expect([proof.principal.kind, proof.holds()]).toEqual(['token', true]);
  const other = { certificates: { mode: 'Required' as const, trust: [{ ...ENTRY, ca: stranger.ca }] } };
  policy = policyOf(ALLOW_ALL, { anonymous: true, tls: { secretName: 'ledger-tls' }, ...other });
  expect(proof.holds()).toBe(false);
  policy = optional;
  expect(proof.holds()).toBe(true);
  policy = undefined;
  expect(proof.holds()).toBe(false);
});
