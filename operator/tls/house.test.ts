import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../../test/support/cleanup.ts';
import { issueAuthority, issueGate, issueServing } from './authority.ts';
import { HouseProblem, readHouse } from './house.ts';

const { defer } = cleanupAfterEach();
const NOW = Date.UTC(2026, 10, 21, 12);
const DAY = 86_400_000;
const NAMES = ['operator.guard.svc', 'operator.guard', 'operator.guard.svc.cluster.local'];
const house = issueAuthority(NOW);
const serving = issueServing(house, NAMES, NOW);
const good = { 'tls.crt': serving.cert, 'tls.key': serving.key, 'ca.crt': house.cert };

const base64 = (data: Record<string, string>) =>
  Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));

function read(data: Record<string, string> | undefined, now = NOW) {
  return readHouse({ data: data === undefined ? undefined : base64(data), where: 'guard/ours', dnsNames: NAMES, now });
}

/** What is said, of a HouseProblem and nothing else. */
function problemOf(data: Record<string, string> | undefined, now = NOW): string {
  try {
    read(data, now);
  } catch (error) {
    if (error instanceof HouseProblem) return error.message;
    throw error;
  }
  throw new Error('nothing was wrong');
}

const gateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const encrypted = createPrivateKey(serving.key)
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
  .toString();

describe('a certificate of the house', () => {
  it('is served with the chain it came with, and its authorities are told of', () => {
    expect(read(good)).toEqual({
      cert: serving.cert,
      key: serving.key,
      authorities: [house.cert],
      voucher: house.cert,
      notAfter: NOW + 90 * DAY,
    });
  });

  it('may be written as other tools write it, and for a wildcard', () => {
    const wild = issueServing(house, ['*.guard.svc'], NOW);
    const words = (pem: string): string => `Bag Attributes\n  friendlyName: x\n${pem.replaceAll('\n', '\r\n')}`;
    const found = read({ 'tls.crt': words(wild.cert), 'tls.key': wild.key, 'ca.crt': words(house.cert) });
    expect([found.cert, found.authorities]).toEqual([wild.cert, [house.cert]]);
  });

  it('may come with an authority that is to follow', () => {
    const following = issueAuthority(NOW);
    const found = read({ ...good, 'ca.crt': following.cert + house.cert });
    expect([found.authorities, found.voucher]).toEqual([[following.cert, house.cert], house.cert]);
  });

  it.each<[what: string, data: Record<string, string> | undefined, problem: string]>([
    [
      'no Secret',
      undefined,
      'Secret guard/ours, which tls.secretName names, is missing: create it with the keys tls.crt',
    ],
    ['no key', { ...good, 'tls.key': '' }, 'Secret guard/ours has no tls.key: add its private key, in PEM'],
    ['no certificate', { ...good, 'tls.crt': ' \n' }, 'Secret guard/ours has no tls.crt: add the certificate, in PEM'],
    [
      'no authority',
      { ...good, 'ca.crt': '' },
      'has no ca.crt: add the certificate of the authority that signed tls.crt',
    ],
    [
      'a certificate that is cut off',
      { ...good, 'tls.crt': serving.cert.slice(0, 300) },
      'tls.crt of Secret guard/ours cannot be read',
    ],
    [
      'a key that is cut off',
      { ...good, 'tls.key': serving.key.slice(0, 100) },
      'tls.key of Secret guard/ours cannot be read',
    ],
    ['a key with a passphrase', { ...good, 'tls.key': encrypted }, 'a private key in PEM, without a passphrase'],
    [
      'an authority that is no certificate',
      { ...good, 'ca.crt': 'hello' },
      'ca.crt of Secret guard/ours cannot be read',
    ],
    [
      'a key of another',
      { ...good, 'tls.key': house.key },
      'does not belong to tls.crt: put the two of one pair there',
    ],
    [
      'another authority',
      { ...good, 'ca.crt': issueAuthority(NOW).cert },
      'ca.crt of Secret guard/ours did not sign tls.crt',
    ],
    [
      'too many authorities',
      { ...good, 'ca.crt': house.cert.repeat(21) },
      'has 21 certificates, at most 20 can be trusted',
    ],
  ])('with %s is refused, and the mend named', (_, data, problem) => {
    const said = problemOf(data);
    expect(said).toContain(problem);
    expect(said).not.toContain(serving.key.slice(30, 60));
  });

  it('of other names says which are needed', () => {
    const other = issueServing(house, ['a.example', 'b.example'], NOW);
    expect(problemOf({ ...good, 'tls.crt': other.cert, 'tls.key': other.key })).toBe(
      `tls.crt of Secret guard/ours is for a.example, b.example, not for ${NAMES[0]}: have it issued for the DNS names ${NAMES.join(', ')}`,
    );
    const gate = issueGate(house, 'spiffe://x/y', gateKey.publicKey, NOW);
    const key = gateKey.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(problemOf({ ...good, 'tls.crt': gate, 'tls.key': key })).toContain('is for URI:spiffe://x/y, not for');
  });

  it('is refused out of its time', () => {
    expect(problemOf(good, NOW + 91 * DAY)).toBe(
      'tls.crt of Secret guard/ours ended at 2027-02-19T12:00:00Z: renew it',
    );
    expect(problemOf(good, NOW - DAY)).toContain('is not valid before 2026-11-21T11:00:00Z');
  });
});

describe('of openssl', () => {
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });
  let hasOpenssl = true;
  try {
    openssl('version');
  } catch {
    hasOpenssl = false;
  }

  /** A root, an authority in between, and a certificate with this usage. */
  function issued(usage: string, key = 'rsa:2048'): Record<string, string> {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-house-'));
    defer(() => rmSync(folder, { recursive: true }));
    const at = (name: string): string => join(folder, name);
    const ca = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign'];
    const fresh = ['req', '-x509', '-newkey', key, '-noenc', '-days', '2'];
    openssl(...fresh, '-subj', '/CN=root', ...ca, '-keyout', at('root.key'), '-out', at('root.crt'));
    const by = (name: string): string[] => ['-CA', at(`${name}.crt`), '-CAkey', at(`${name}.key`)];
    openssl(
      ...fresh,
      '-subj',
      '/CN=middle',
      ...ca,
      ...by('root'),
      '-keyout',
      at('middle.key'),
      '-out',
      at('middle.crt'),
    );
    const names = `subjectAltName=DNS:${NAMES[0]}`;
    const leaf = ['-addext', 'basicConstraints=CA:FALSE', '-addext', names, '-addext', `extendedKeyUsage=${usage}`];
    openssl(...fresh, '-subj', '/CN=leaf', ...leaf, ...by('middle'), '-keyout', at('leaf.key'), '-out', at('leaf.crt'));
    const text = (name: string): string => readFileSync(at(name), 'utf8');
    writeFileSync(at('chain.crt'), text('leaf.crt') + text('middle.crt'));
    return {
      'tls.crt': text('chain.crt'),
      'tls.key': text('leaf.key'),
      'ca.crt': text('root.crt'),
      leaf: text('leaf.crt'),
    };
  }

  it.skipIf(!hasOpenssl)('one by an authority in between is taken with it, and refused without', () => {
    const { leaf = '', ...data } = issued('serverAuth');
    expect(read(data, Date.now()).voucher).toBe(data['ca.crt']);
    expect(problemOf({ ...data, 'tls.crt': leaf }, Date.now())).toContain(
      'those in between behind the first one in tls.crt',
    );
  });

  it.skipIf(!hasOpenssl)('one for clients is refused', () => {
    const { leaf: _, ...data } = issued('clientAuth');
    expect(problemOf(data, Date.now())).toContain('is not for servers: have it issued with the usage "server auth"');
  });

  it.skipIf(!hasOpenssl)('one that no server would begin with is refused', () => {
    const { leaf: _, ...data } = issued('serverAuth', 'rsa:1024');
    expect(problemOf(data, Date.now())).toContain(
      'cannot be served, as OpenSSL says (ee key too small): have it issued for a key of ECDSA P-256 or of RSA with 2048',
    );
  });
});
