/** Whether a host, or the address of whoever is at the other end of a connection, is this machine, or this pod, itself. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.') || host.startsWith('::ffff:127.');
}
