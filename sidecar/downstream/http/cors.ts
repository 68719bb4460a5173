/** What browsers ask before they let a page of an allowed origin call us (WHATWG Fetch, CORS protocol). */
import type { IncomingMessage, ServerResponse } from 'node:http';

const METHODS = 'POST, GET, DELETE';
const EXPOSED = 'Mcp-Session-Id, WWW-Authenticate, DPoP-Nonce, Retry-After, RateLimit, RateLimit-Policy';
const MAX_AGE_SECONDS = '600';

export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

/** The origin has been checked: the page may read the answer. */
export function allowOrigin(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', EXPOSED);
  response.setHeader('vary', 'origin');
}

/** Carries no credentials and asks for nothing but permission to ask. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(204, {
    'access-control-allow-methods': METHODS,
    // Mcp-Param-* are named by tools, so no list could be complete; what is asked for is headers of a call that is decided on.
    'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '',
    'access-control-max-age': MAX_AGE_SECONDS,
  });
  response.end();
}
