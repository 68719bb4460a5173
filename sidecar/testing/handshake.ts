/** A handshake between a client with a certificate and a server that asks for one: what the server has seen. */
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { policyOf } from '../../test/support/policy.ts';
import { type Issued, SERVER_AUTH, TestAuthority } from '../../core/x509/testing/test-authority.ts';
import type { MCPServerInput } from '../../core/api/mcp-server.ts';
import { CallerCertificates } from '../identity/certificates/caller-certificates.ts';
import { readPeer } from '../identity/certificates/read-peer.ts';
import type { ShownCertificate } from '../identity/certificates/shown-certificate.ts';
import { type Judged, trustOf } from '../identity/certificates/trust.ts';

export type Entry = NonNullable<NonNullable<MCPServerInput['spec']['access']>['certificates']>['trust'][number];
type Client = Pick<Issued, 'cert' | 'key'>;

const serving = TestAuthority.root().issue({ dns: ['gate.test'], usages: [SERVER_AUTH] });

export function policyTrusting(...trust: Entry[]) {
  return policyOf({}, { tls: { secretName: 'ledger-tls' }, certificates: { trust } });
}

export async function shake(
  policy: ReturnType<typeof policyOf>,
  client: Client | undefined,
  maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3',
): Promise<ShownCertificate | undefined> {
  const trust = trustOf(policy);
  const clients = new CallerCertificates({ current: () => policy });
  const server = tls.createServer({ requestCert: true, rejectUnauthorized: false });
  if (trust !== undefined) clients.setContext(server, { cert: serving.cert, key: serving.key }, trust);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const seen = new Promise<ShownCertificate | undefined>((resolve) =>
    server.once('secureConnection', (socket) => {
      if (trust !== undefined) clients.shown(socket, trust);
      resolve(readPeer(socket));
      socket.destroy();
    }),
  );
  const { port } = server.address() as AddressInfo;
  const own = client === undefined ? {} : { cert: client.cert, key: client.key };
  const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion, ...own });
  socket.on('error', () => {});
  try {
    return await seen;
  } finally {
    socket.destroy();
    server.close();
  }
}

/** Who a client is by these entries. */
export async function judge(client: Client, ...trust: Entry[]): Promise<Judged | undefined> {
  const policy = policyTrusting(...trust);
  const shown = await shake(policy, client);
  return shown && trustOf(policy)?.judge(shown, Date.now());
}
