/** Both loopback addresses: a server that listens on `localhost` may have either (RFC 6761 §6.3). */
export const LOOPBACKS: readonly string[] = ['127.0.0.1', '::1'];

/** Whether a host, or the address of whoever is at the other end of a connection, is this machine, or this pod, itself. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.') || host.startsWith('::ffff:127.');
}

/**
 * Whether somebody in this pod, or who was let in by kubectl, is at the other end. The proxy of a service mesh brings in what comes from
 * elsewhere by other addresses of loopback (Istio: 127.0.0.6).
 */
export function isWithinPod(remoteAddress: string | undefined): boolean {
  return remoteAddress === '127.0.0.1' || remoteAddress === '::1' || remoteAddress === '::ffff:127.0.0.1';
}
