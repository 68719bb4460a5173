import { expect, it } from 'vitest';
import { testAuthority } from '../testing/certificates.ts';
import { readClientPair } from './client-pair.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const { issue, ca } = testAuthority();
const { cert, key } = issue({ names: [], usage: 2 });
const forAnything = issue();
const forServers = issue({ usage: 1 });
const expired = issue({ notAfter: new Date('2026-11-30T11:59:59Z') });
const notAfter = Date.parse('2049-12-31T23:59:59Z');

it('a certificate for clients needs no name of a host', () => {
  expect(readClientPair({ cert, key, ca: undefined }, NOW)).toEqual({ cert, key, ca: undefined, notAfter });
  expect(readClientPair({ ...forAnything, ca }, NOW)).toEqual({ ...forAnything, ca, notAfter });
});

it('several authorities may be believed', () => {
  const both = `of the bank\n${ca}${testAuthority().ca}`;
  expect(readClientPair({ cert, key, ca: both }, NOW)).toMatchObject({ ca: both });
});

it.each([
  ['there is no key', { cert, key: undefined, ca }, /^tls[.]key is missing/],
  ['the key is of another', { cert, key: forAnything.key, ca }, /^tls[.]key does not belong to tls[.]crt/],
  ['it has ended', { ...expired, ca }, /^tls[.]crt ended at 2026-11-30T11:59:59Z; renew it$/],
  ['it is for servers', { ...forServers, ca }, /^tls[.]crt is not for clients; have it issued with .*"client auth"$/],
  ['the authority is empty', { cert, key, ca: '' }, /^ca[.]crt has no certificate in it; write/],
  ['the authority is a key', { cert, key, ca: key }, /^ca[.]crt has a PRIVATE KEY in it; write/],
  ['the authority is broken off', { cert, key, ca: ca.slice(0, 90) }, /^ca[.]crt has a CERTIFICATE that is broken off/],
  [
    'the authority is no certificate',
    { cert, key, ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' },
    /^ca[.]crt cannot be read; write/,
  ],
  ['an entry is endless', { cert, key, ca: ca.repeat(1000) }, /^ca[.]crt is larger than 131072 bytes/],
])('is not shown where %s, and nothing of a key is said', (_what, texts, problem) => {
  const read = readClientPair(texts, NOW);
  expect(read).toEqual({ problem: expect.stringMatching(problem) as string });
  expect(JSON.stringify(read)).not.toContain(key.slice(30, 60));
});
