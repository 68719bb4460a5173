import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { derOf, TestAuthority } from './testing/test-authority.ts';
import { readFacts } from './certificate.ts';
import { readCrl } from './crl.ts';
import { DerError } from './der.ts';
import { readPem } from './pem.ts';

const root = TestAuthority.root();
const facts = readFacts(derOf(root.ca));
const of = (text: string) => readCrl(readPem(text, 'X509 CRL')[0] as Buffer);

describe('a list of certificates that were taken back', () => {
  it('has their serial numbers as the certificates have them', () => {
    const [one, other] = [root.issue(), root.issue()];
    const { serials } = of(root.crl([one.serial]));
    expect([one, other].map(({ cert }) => serials.has(readFacts(derOf(cert)).serial))).toEqual([true, false]);
  });

  it('may be empty', () => expect(of(root.crl([])).serials.size).toBe(0));

  it('says by whom, and until when', () => {
    const nextUpdate = Date.UTC(2031, 1, 3, 4, 5, 6);
    expect(of(root.crl([], { nextUpdate }))).toMatchObject({ nextUpdate, issuerName: facts.subjectName });
    expect(of(root.crl([], { nextUpdate: Date.UTC(2055, 0, 1) })).nextUpdate).toBe(Date.UTC(2055, 0, 1));
  });

  it('is signed by one key', () => {
    expect(of(root.crl([])).isSignedBy(facts.publicKey)).toBe(true);
    const other = TestAuthority.root({ subject: root.name });
    expect(of(other.crl([])).isSignedBy(facts.publicKey)).toBe(false);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'der' });
    expect(of(root.crl([])).isSignedBy(rsa)).toBe(false);
    expect(of(root.crl([])).isSignedBy(Buffer.from('no key'))).toBe(false);
  });

  it('with something critical in it is none: it may be a part', () => {
    expect(() => of(root.crl([], { critical: true }))).toThrow(DerError);
  });

  it.each(['', '3000', '30060201003001'])('%s is none', (hex) => {
    expect(() => readCrl(Buffer.from(hex, 'hex'))).toThrow(DerError);
  });
});

it.skipIf(!hasOpenssl())('that openssl has written is read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-crl-'));
  const run = (...args: string[]): Buffer => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  try {
    const config = '[ca]\ndefault_ca=a\n[a]\ndatabase=index\ncrlnumber=number\ndefault_md=sha256\ndefault_crl_days=1\n';
    writeFileSync(join(folder, 'ca.cnf'), config);
    writeFileSync(join(folder, 'index'), 'R\t300101000000Z\t260101000000Z\t00AB12\tunknown\t/CN=x\n');
    writeFileSync(join(folder, 'number'), '01\n');
    run(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'key',
      '-out',
      'cert',
      '-subj',
      '/CN=rsa ca',
      '-days',
      '1',
    );
    const text = run('ca', '-gencrl', '-config', 'ca.cnf', '-keyfile', 'key', '-cert', 'cert').toString();
    const list = of(text);
    expect([...list.serials]).toEqual(['ab12']);
    const issuer = readFacts(derOf(run('x509', '-in', 'cert').toString()));
    expect([list.isSignedBy(issuer.publicKey), list.issuerName === issuer.subjectName]).toEqual([true, true]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
}
