import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { testAuthority } from '../testing/certificates.ts';
import { readPair } from './pair.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const { issue } = testAuthority();
const good = issue();

it('a certificate with its key is served until it ends', () => {
  expect(readPair(good.cert, good.key, NOW)).toEqual({ ...good, notAfter: Date.parse('2049-12-31T23:59:59Z') });
  expect(readPair(good.cert, good.key.replaceAll('\n', '\r\n'), NOW)).toMatchObject({ cert: good.cert });
});

const noNames = issue({ names: [] });
const expired = issue({ notAfter: new Date('2026-11-30T11:59:59Z') });
const early = issue({ notBefore: new Date('2026-12-01T00:00:00Z') });
const forClients = issue({ usage: 2 });
const weak = issue({ key: 'RSA-1024' });
const pkcs8 = execFileSync('openssl', ['pkey', '-aes256', '-passout', 'pass:x'], { input: good.key, encoding: 'utf8' });
const sec1 = execFileSync('openssl', ['ec', '-aes256', '-passout', 'pass:x'], {
  input: good.key,
  encoding: 'utf8',
  stdio: ['pipe', 'pipe', 'ignore'],
});

it.each([
  [
    'no certificate',
    undefined,
    good.key,
    'tls.crt is missing or larger than 131072 bytes; add the certificate, in PEM',
  ],
  [
    'an empty key',
    good.cert,
    ' \n',
    'tls.key is missing or larger than 131072 bytes; add the private key of tls.crt, in PEM',
  ],
  ['no PEM', 'MIIB', good.key, 'tls.crt cannot be read; it has to be one certificate or more, in PEM'],
  [
    'a certificate that is cut off',
    good.cert.slice(0, 200),
    good.key,
    'tls.crt cannot be read; it has to be one certificate or more, in PEM',
  ],
  ['no key', good.cert, good.cert, 'tls.key cannot be read; it has to be a private key, in PEM'],
  [
    'an encrypted key',
    good.cert,
    pkcs8,
    'tls.key is encrypted, and nobody is here to give the passphrase; write it without one: openssl pkey -in tls.key',
  ],
  [
    'an encrypted key of the old form',
    good.cert,
    sec1,
    'tls.key is encrypted, and nobody is here to give the passphrase; write it without one: openssl pkey -in tls.key',
  ],
  [
    'the key of another one',
    good.cert,
    issue().key,
    'tls.key does not belong to tls.crt; put the two of one pair there',
  ],
  ['one that has ended', expired.cert, expired.key, 'tls.crt ended at 2026-11-30T11:59:59Z; renew it'],
  [
    'one that has not begun',
    early.cert,
    early.key,
    'tls.crt is not valid before 2026-12-01T00:00:00Z; have it issued for now',
  ],
  [
    'a common name alone',
    noNames.cert,
    noNames.key,
    'tls.crt has a common name alone, which no client reads; have it issued with its DNS names as subjectAltName',
  ],
  [
    'one for clients',
    forClients.cert,
    forClients.key,
    'tls.crt is not for servers; have it issued with the usage "server auth"',
  ],
  [
    'a short key',
    weak.cert,
    weak.key,
    /^tls[.]crt cannot be used, as OpenSSL says \(ee key too small\); have it issued for/,
  ],
])('refused, with what to do: %s', (_name, cert, key, problem) => {
  const read = readPair(cert, key, NOW);
  expect(read).toEqual({ problem: problem instanceof RegExp ? expect.stringMatching(problem) : problem });
});
