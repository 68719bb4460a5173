/** Who is at the other end of a request: of its connection, or of the one that another gate of this server has it from. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../../../core/clock.ts';
import type { Refusal } from '../../../core/mcp/refusals.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { Peer } from '../../call/request.ts';
import { readPeer } from '../../identity/certificates/read-peer.ts';
import type { ShownCertificate } from '../../identity/certificates/shown-certificate.ts';
import { stripClaims } from '../../identity/proxies/claims.ts';
import { claimHeaders, headersOf, proxyOf } from '../../identity/proxies/proxies.ts';

/** Says to the next gate between which addresses the request came, and what its client has shown in the handshake. */
export const HOP = 'sallyport-hop';

export interface PassedBy {
  /** The client, as the gate that it came to has seen it. */
  readonly client: Peer;
  /** Of the gate that it came to, as the client knows it. */
  readonly gate: string;
}

/** Undefined where no gate has passed it on; what anybody else says of it is taken out all the same. */
export function passedBy({ headers }: IncomingMessage, isFromGate: boolean): PassedBy | undefined {
  const said = headers[HOP];
  if (said !== undefined) delete headers[HOP];
  if (!isFromGate) return undefined;
  const [remoteAddress = '', gate = '', certificate] = typeof said === 'string' ? said.split(' ') : [];
  return { client: { remoteAddress, ...(certificate !== undefined && { certificate: unpacked(certificate) }) }, gate };
}

/** What `passedBy` reads. */
export function hopOf(socket: Socket): string {
  const certificate = certificateOn(socket);
  const packed = certificate === undefined ? '' : ` ${Buffer.from(JSON.stringify(certificate)).toString('base64url')}`;
  return `${socket.remoteAddress ?? ''} ${socket.localAddress ?? ''}${packed}`;
}

/** As a gate of this server has written it, which has shown that it is one. */
function unpacked(text: string): ShownCertificate {
  return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as ShownCertificate;
}

/**
 * The other end, once what its headers claim is taken out of them where nobody has to believe it: before anything reads them, so that no
 * way to the server can forget it.
 */
export function peerOf(
  { headers, socket }: { readonly headers: IncomingHttpHeaders; readonly socket: Socket },
  passed: PassedBy | undefined,
  policy: Policy | undefined,
  clock: Clock,
): Peer {
  const peer = passed?.client ?? peerOn(socket);
  const proxy = proxyOf(peer, policy, clock.now());
  stripClaims(headers, claimHeaders(policy), proxy && headersOf(proxy));
  return peer;
}

function peerOn(socket: Socket): Peer {
  const certificate = certificateOn(socket);
  return certificate === undefined ? socket : { remoteAddress: socket.remoteAddress, certificate };
}

/** Null: it has shown none. A connection is read once. */
const READ = new WeakMap<Socket, ShownCertificate | null>();

function certificateOn(socket: Socket): ShownCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  let read = READ.get(socket);
  if (read === undefined) READ.set(socket, (read = readPeer(socket) ?? null));
  return read ?? undefined;
}

/** Another handshake may have another end: certificates are shown in it, and held against those who were trusted then. */
export function mayShakeAnew({ reason }: Refusal, policy: Policy | undefined): boolean {
  return reason === 'unauthenticated' && policy?.bundle.server.access.certificates !== undefined;
}
