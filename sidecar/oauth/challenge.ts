/** The answers by which a server that does its own OAuth asks for a token, or for a better one. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Call } from '../call/call.ts';

export function isChallenge(status: number, { policy }: Call, headers: IncomingHttpHeaders): boolean {
  return (
    (status === 401 || status === 403) &&
    headers['www-authenticate'] !== undefined &&
    policy?.bundle.server.access.authorization === 'Server'
  );
}
