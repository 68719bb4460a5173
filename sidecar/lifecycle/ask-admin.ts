/** What a command asks of the gate that runs beside it, on its second port: there is no shell and no curl in the image. */
import http from 'node:http';
import type { CommandConfig } from '../command-config.ts';

const TIMEOUT_MS = 2_000;

export interface AdminRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: string;
}

/** The body of the answer. Rejects with a sentence that begins with `failed` where nobody answers, or not with 200. */
export function askAdmin(config: CommandConfig, { method, path, body }: AdminRequest, failed: string): Promise<string> {
  const { adminHost, adminPort: port } = config;
  const host = adminHost === undefined || adminHost === '0.0.0.0' || adminHost === '::' ? '127.0.0.1' : adminHost;
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${failed} at ${host}:${port}: ${why}`));
    const request = http.request({ host, port, path, method, timeout: TIMEOUT_MS, agent: false });
    request.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.once('error', (error) => fail(error.message));
      response.once('end', () => {
        if (response.statusCode === 200) resolve(text.trim());
        else fail(`HTTP ${response.statusCode} ${text.trim()}`.trim());
      });
    });
    request.once('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    request.once('error', (error) => fail(error.message));
    request.end(body);
  });
}
