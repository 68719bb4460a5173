/** The archive as a pod runs it: a process of its own, with certificates as the operator makes them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { gateUri } from '../../core/audit/archiving/gate-name.ts';
import { issueAuthority, issueGate, issueServing } from '../../operator/tls/authority.ts';
import { within } from './eventually.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'archive', 'main.ts');
export const READER_TOKEN = 'reader-of-the-tests';

export interface ArchiveAnswer {
  readonly status: number;
  readonly text: string;
}

export interface ArchiveOptions {
  /** Default: SQLite, in a file that survives `restart`. */
  readonly postgresUrl?: string;
  readonly retention?: string | null;
}

export class ArchiveProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'sallyport-archive-'));
  readonly #authority = issueAuthority(Date.now());
  readonly #config: Record<string, unknown>;
  readonly log: string[] = [];
  #child: ChildProcess | undefined;
  port = 0;
  metricsPort = 0;

  constructor({ postgresUrl, retention = null }: ArchiveOptions) {
    const serving = issueServing(this.#authority, ['localhost'], Date.now());
    mkdirSync(this.#path('tls'));
    writeFileSync(this.#path('tls/tls.crt'), serving.cert);
    writeFileSync(this.#path('tls/tls.key'), serving.key);
    writeFileSync(this.#path('tls/ca.crt'), this.#authority.cert);
    writeFileSync(this.#path('token'), `${READER_TOKEN}\n`);
    if (postgresUrl !== undefined) writeFileSync(this.#path('url'), postgresUrl);
    this.#config = {
      host: '127.0.0.1',
      ports: { archive: 0, metrics: 0 },
      tls: this.#path('tls'),
      store:
        postgresUrl === undefined
          ? { sqlite: { file: this.#path('archive.db') } }
          : { postgres: { urlFile: this.#path('url') } },
      readers: { tokenFile: this.#path('token') },
      retention,
    };
  }

  static async start(options: ArchiveOptions = {}): Promise<ArchiveProcess> {
    const archive = new ArchiveProcess(options);
    await archive.begin();
    return archive;
  }

  get url(): string {
    return `https://localhost:${this.port}`;
  }

  get caFile(): string {
    return this.#path('tls/ca.crt');
  }

  get tokenFile(): string {
    return this.#path('token');
  }

  /** What a gate of this server needs in its environment. */
  gateEnv(server: string): Record<string, string> {
    const { cert, key } = this.gateIdentity(server);
    const name = server.replace('/', '-');
    writeFileSync(this.#path(`${name}.crt`), cert);
    writeFileSync(this.#path(`${name}.key`), key);
    return {
      SALLYPORT_ARCHIVE_URL: this.url,
      SALLYPORT_ARCHIVE_CA: this.caFile,
      SALLYPORT_ARCHIVE_CERT: this.#path(`${name}.crt`),
      SALLYPORT_ARCHIVE_KEY: this.#path(`${name}.key`),
    };
  }

  gateIdentity(server: string): { cert: string; key: string; ca: string } {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const [namespace = '', name = ''] = server.split('/');
    const spki = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }));
    return {
      cert: issueGate(this.#authority, gateUri(namespace, name), spki, Date.now()),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      ca: this.#authority.cert,
    };
  }

  /** Starts it, at the port that it had. */
  async begin(): Promise<void> {
    const config = { ...this.#config, ports: { archive: this.port, metrics: this.metricsPort } };
    writeFileSync(this.#path('archive.yaml'), stringify(config));
    const child = spawn(process.execPath, [MAIN, '--config', this.#path('archive.yaml')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    const exited = once(child, 'exit');
    const ports = await new Promise<{ port: number; metricsPort: number }>((resolve, reject) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        this.log.push(line);
        if (line.includes('"listening"')) resolve(JSON.parse(line) as { port: number; metricsPort: number });
      });
      exited.then(([code]) => reject(new Error(`the archive exited with ${code}: ${this.log.join('\n')}`)), reject);
    });
    this.port = ports.port;
    this.metricsPort = ports.metricsPort;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit');
    child.kill(signal);
    await within(25_000, 'the archive ends', exited);
    return child.exitCode;
  }

  /** As a reader, or with `token: undefined` as nobody. */
  get(path: string, token: string | undefined = READER_TOKEN): Promise<ArchiveAnswer> {
    return this.ask('GET', path, undefined, { token });
  }

  /** The lines of an answer. */
  async lines(path: string): Promise<string[]> {
    const { status, text } = await this.get(path);
    if (status !== 200) throw new Error(`${path}: HTTP ${status} ${text}`);
    return text.split('\n').filter((line) => line !== '');
  }

  ask(
    method: string,
    path: string,
    body: string | undefined,
    as: { token?: string | undefined; cert?: string; key?: string },
  ): Promise<ArchiveAnswer> {
    const { token, ...identity } = as;
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.url}${path}`,
        {
          method,
          ca: this.#authority.cert,
          ...identity,
          headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
          agent: false,
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
          response.on('error', reject);
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.metricsPort}/metrics`)).text();
  }

  async close(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  #path(name: string): string {
    return join(this.folder, name);
  }
}
