/** An archive that answers over TLS on loopback, with SQLite behind it and certificates as the operator makes them. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { request } from 'node:https';
import { pino } from 'pino';
import { gateUri } from '../../core/audit/archiving/gate-name.ts';
import type { Clock } from '../../core/clock.ts';
import { issueAuthority, issueGate, issueServing } from '../../operator/tls/authority.ts';
import { ArchiveMetrics } from '../metrics.ts';
import type { ReaderCheck } from '../readers/readers.ts';
import { ArchiveServer } from '../server.ts';
import { ArchiveStore } from '../store/store.ts';
import { sqliteForTest } from './stores.ts';

export const NOW = Date.parse('2026-11-21T12:00:00Z');

export interface Question {
  readonly method?: string;
  readonly path: string;
  readonly body?: string | Buffer;
  /** `namespace/name` of the server whose gate asks. */
  readonly gate?: string;
  readonly token?: string;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
}

export interface Served {
  readonly store: ArchiveStore;
  readonly metrics: ArchiveMetrics;
  readonly port: number;
  readonly ca: string;
  /** By which a client is a gate of this server. */
  identity(gate: string): { cert: string; key: string };
  ask(question: Question): Promise<Answered>;
  close(): Promise<void>;
}

/** `reads`: the only token that lets in. */
const reads: ReaderCheck = async (token, verb) =>
  token === 'reads' && verb === 'get'
    ? { kind: 'reader', name: 'ada' }
    : token === 'holds'
      ? { kind: 'reader', name: 'counsel' }
      : { kind: 'refused', status: 403, why: 'may not' };

export async function serve(now: () => number = () => NOW): Promise<Served> {
  const clock: Clock = { now, monotonic: now };
  const database = sqliteForTest();
  const store = await ArchiveStore.open(database.database);
  const authority = issueAuthority(Date.now());
  const stranger = issueAuthority(Date.now());
  const metrics = new ArchiveMetrics();
  const serving = issueServing(authority, ['localhost'], Date.now());
  const server = new ArchiveServer(
    { store, metrics, clock, readers: [reads], log: pino({ level: 'silent' }) },
    { ...serving, ca: authority.cert },
  );
  const port = await server.listen(0, '127.0.0.1');
  const identity = (gate: string): { cert: string; key: string } => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const [by, name] = gate.startsWith('stranger:') ? [stranger, gate.slice(9)] : [authority, gate];
    const [namespace = '', own = ''] = name.split('/');
    const spki = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }));
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { cert: issueGate(by, gateUri(namespace, own), spki, Date.now()), key };
  };
  return {
    store,
    metrics,
    port,
    ca: authority.cert,
    identity,
    ask: ({ method = 'GET', path, body, gate, token }) =>
      new Promise((resolve, reject) => {
        const sent = request(
          `https://localhost:${port}${path}`,
          {
            method,
            agent: false,
            ca: authority.cert,
            ...(gate === undefined ? {} : identity(gate)),
            headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('error', reject);
            response.on('end', () =>
              resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
            );
          },
        );
        sent.on('error', reject);
        sent.end(body);
      }),
    async close() {
      await server.close();
      await database.close();
    },
  };
}
