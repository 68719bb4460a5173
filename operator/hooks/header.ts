/** One header of a request. */
import type { IncomingHttpHeaders } from 'node:http';

/** Node joins what is sent twice with a comma, or makes a list of it: neither is a header that we know. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
