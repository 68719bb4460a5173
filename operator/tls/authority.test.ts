import { execFile, execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../../test/support/cleanup.ts';
import { AUTHORITY_DAYS, issueAuthority, issueServing, SERVING_DAYS } from './authority.ts';
import { dnsNamesOf } from './dns-names.ts';
import { complaintAbout, isIssuedBy, readCertificate, SKEW_MS } from './read-certificate.ts';

const run = promisify(execFile);
const { defer } = cleanupAfterEach();

const NOW = Date.UTC(2026, 10, 21, 12);
const DAY = 86_400_000;
const NAMES = dnsNamesOf({ name: 'sallyport-operator', namespace: 'sallyport-system', clusterDomain: 'cluster.local' });
const authority = issueAuthority(NOW);
const serving = issueServing(authority, NAMES, NOW);

const OPENSSL = 'openssl';

function hasOpenssl(): boolean {
  try {
    execFileSync(OPENSSL, ['version']);
    return true;
  } catch {
    return false;
  }
}

describe('the certificates', () => {
  it('say who they are, for what and how long', () => {
    expect(readCertificate(authority.cert)).toMatchObject({
      isAuthority: true,
      issuedAt: NOW,
      notAfter: NOW + AUTHORITY_DAYS * DAY,
    });
    expect(readCertificate(serving.cert)).toEqual({
      subject: 'sallyport-operator',
      isAuthority: false,
      dnsNames: [
        'sallyport-operator.sallyport-system.svc',
        'sallyport-operator.sallyport-system',
        'sallyport-operator.sallyport-system.svc.cluster.local',
      ],
      issuedAt: NOW,
      notAfter: NOW + SERVING_DAYS * DAY,
    });
    expect(new X509Certificate(serving.cert).validFromDate.getTime()).toBe(NOW - SKEW_MS);
  });

  it('belong together, and to nobody else', () => {
    expect(isIssuedBy(serving.cert, authority.cert)).toBe(true);
    expect(isIssuedBy(serving.cert, issueAuthority(NOW).cert)).toBe(false);
    expect(complaintAbout(authority, 'authority')).toBeUndefined();
    expect(complaintAbout(serving, 'serving')).toBeUndefined();
  });

  it('of a server never outlive their authority', () => {
    const late = NOW + (AUTHORITY_DAYS - 10) * DAY;
    expect(readCertificate(issueServing(authority, NAMES, late).cert).notAfter).toBe(NOW + AUTHORITY_DAYS * DAY);
  });

  it('are written with the right form of time after 2049', () => {
    const later = issueAuthority(Date.UTC(2049, 6, 1));
    expect(readCertificate(later.cert).notAfter).toBe(Date.UTC(2049, 6, 1) + AUTHORITY_DAYS * DAY);
  });

  it.each([
    ['a key of another', { cert: serving.cert, key: authority.key }, 'does not belong to its key'],
    ['an authority instead of a server', authority, 'is the certificate of an authority'],
    ['no certificate', { cert: 'hello', key: serving.key }, 'cannot be read'],
    ['no key', { cert: serving.cert, key: 'hello' }, 'cannot be read'],
  ])('are refused with %s', (_what, pair, complaint) => {
    expect(complaintAbout(pair, 'serving')).toBe(complaint);
  });
});

it.skipIf(!hasOpenssl())('openssl accepts them in its strictest mode', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-tls-'));
  defer(() => rmSync(folder, { recursive: true }));
  const [ca, leaf] = [join(folder, 'ca.pem'), join(folder, 'leaf.pem')];
  writeFileSync(ca, authority.cert);
  writeFileSync(leaf, serving.cert);
  const when = String(NOW / 1000);
  const purpose = ['-purpose', 'sslserver', '-verify_hostname', NAMES[0] ?? ''];
  const { stdout } = await run(OPENSSL, ['verify', '-x509_strict', '-attime', when, ...purpose, '-CAfile', ca, leaf]);
  expect(stdout).toContain('leaf.pem: OK');
});

it('a server changes its certificate while it runs, and its clients notice nothing', async () => {
  const now = Date.now();
  const [first, second] = [issueAuthority(now), issueAuthority(now)];
  const names = ['operator.test'];
  const server = https.createServer({ ...issueServing(first, names, now), keepAliveTimeout: 90_000 }, (_, answer) => {
    answer.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca: first.cert + second.cert });
  defer(() => agent.destroy());
  const seen: string[] = [];
  const ask = (options: https.RequestOptions) =>
    new Promise<number | undefined>((resolve, reject) => {
      const request = https.get({ host: '127.0.0.1', port, servername: 'operator.test', ...options }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode));
      });
      request.on('error', reject);
      // Of new connections only: on one that is reused the event does not come again.
      request.on('socket', (socket) =>
        socket.once('secureConnect', () => seen.push((socket as TLSSocket).getPeerX509Certificate()?.issuer ?? '')),
      );
    });
  const [a, b] = [first, second].map(({ cert }) => `CN=${readCertificate(cert).subject}`);
  expect(await ask({ agent })).toBe(200);
  server.setSecureContext(issueServing(second, names, now));
  expect(await ask({ agent })).toBe(200);
  expect(seen).toEqual([a]);
  expect(await ask({ agent: false, ca: first.cert + second.cert })).toBe(200);
  expect(seen).toEqual([a, b]);
  await expect(ask({ agent: false, ca: first.cert })).rejects.toThrow(/unable to (get|verify)/);
});
