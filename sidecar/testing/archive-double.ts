/** An archive as a gate sees it: a real HTTPS server that answers as a test says, to those with a certificate of its authority. */
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { lineHash } from '../../core/audit/chain.ts';
import { parseLine } from '../../core/audit/parse-line.ts';
import { issueForLoopback, type TestCertificate } from './certificates.ts';

export interface Reply {
  readonly status: number;
  readonly body: object | string;
}

/** `body`: as it came; undefined: it is never answered. */
export type Behaviour = (body: string) => Reply | undefined;

/** As an archive that takes everything. */
export function confirm(body: string): Reply {
  const line = body.trimEnd().split('\n').at(-1) ?? '';
  const { fields } = parseLine(line);
  const answer = { stream: fields?.stream ?? '', seq: fields?.seq ?? 0, hash: lineHash(line), added: 1 };
  return { status: 200, body: answer };
}

export class ArchiveDouble {
  readonly certificate: TestCertificate = issueForLoopback();
  readonly bodies: string[] = [];
  behaviour: Behaviour = confirm;
  readonly #server: https.Server;
  #port = 0;

  constructor() {
    const { cert, key, ca } = this.certificate;
    this.#server = https.createServer(
      { cert, key, ca, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        let body = '';
        request.setEncoding('utf8');
        request.on('data', (chunk: string) => (body += chunk));
        request.on('end', () => {
          if (!(request.socket as TLSSocket).authorized) {
            response.writeHead(401).end('{"error":"no certificate"}');
            return;
          }
          this.bodies.push(body);
          const reply = this.behaviour(body);
          if (reply === undefined) return;
          response.writeHead(reply.status, { 'content-type': 'application/json' });
          response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
        });
      },
    );
  }

  static async start(): Promise<ArchiveDouble> {
    const double = new ArchiveDouble();
    await new Promise<void>((resolve) => double.#server.listen(0, '127.0.0.1', resolve));
    double.#port = (double.#server.address() as AddressInfo).port;
    return double;
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
