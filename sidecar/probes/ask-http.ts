/** An HTTP probe, as a kubelet asks it: one GET on a connection of its own, of whose answer the status alone counts. */
import http, { type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import { connect as connectTls } from 'node:tls';
import type { Reached } from './reach.ts';
import type { HttpGet } from './routes.ts';

/** Resolves with the status, also of a redirect, which is not followed: only what the pod says is asked. */
export function askHttp(probe: HttpGet, { socket, authority }: Reached, agent: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const secure = probe.scheme === 'HTTPS';
    const request = (secure ? https : http).request({
      method: 'GET',
      path: pathOf(probe.path),
      headers: headersOf(probe, authority, agent),
      setHost: false,
      // A kubelet does not check the certificate of a pod either: nobody signs one for the address of a pod.
      createConnection: () => (secure ? connectTls({ socket, rejectUnauthorized: false }) : socket),
    });
    request.once('error', reject);
    request.once('response', (response) => {
      resolve(response.statusCode ?? 0);
      // The body may be a stream without an end.
      request.destroy();
    });
    request.end();
  });
}

/** What kubelets add unless the probe says otherwise (kubernetes/pkg/probe/http); a probe may also say which host it asks for. */
function headersOf({ httpHeaders }: HttpGet, authority: string, agent: string): OutgoingHttpHeaders {
  const headers: Record<string, string[]> = {};
  for (const { name, value } of httpHeaders ?? []) (headers[name.toLowerCase()] ??= []).push(value);
  const host = headers['host']?.[0] ?? authority;
  return { 'user-agent': agent, accept: '*/*', ...headers, host, connection: 'close' };
}

function pathOf(path: string | null | undefined): string {
  const text = path ?? '/';
  return text.startsWith('/') ? text : `/${text}`;
}
