/** Sends what was signed, over TLS, on a connection of its own. */
import { Agent, request } from 'node:https';
import type { SignedRequest } from './slack.ts';

export interface Answered {
  readonly status: number;
  readonly text: string;
}

export interface Where {
  /** An address, of which the certificate has `servername`. Default: localhost, for both. */
  readonly host?: string;
  readonly servername?: string;
  readonly port: number;
  readonly ca: string;
  readonly path: string;
  readonly method?: string;
}

export function sendSigned(where: Where, signed: SignedRequest): Promise<Answered> {
  const { host = 'localhost', servername = host, port, ca, path, method = 'POST' } = where;
  return new Promise((resolve, reject) => {
    const agent = new Agent({ ca, servername, maxSockets: 1 });
    const headers = { ...signed.headers, 'content-length': signed.body.length };
    const sent = request({ host, port, path, method, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        agent.destroy();
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
      });
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(signed.body);
  });
}
