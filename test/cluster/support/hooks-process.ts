/** The hooks as a pod runs them: a process of its own, with the configuration that the chart wrote, and the rights that it gives. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'yaml';
import { issueAuthority, issueServing } from '../../../operator/tls/authority.ts';
import { type Answered, sendSigned } from '../../../operator/hooks/testing/send.ts';
import type { SignedRequest } from '../../../operator/hooks/testing/slack.ts';
import { within } from '../../support/eventually.ts';
import { freePort } from '../../support/ports.ts';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'operator', 'hooks', 'main.ts');
/** Where the chart mounts them. */
const MOUNTS = '/var/run/secrets/sallyport.dev/';

export interface HooksProcessOptions {
  /** `hooks.yaml` of the chart's ConfigMap. */
  readonly config: string;
  readonly kubeconfig: string;
  /** Contents of the projected volume, by path. */
  readonly secrets: Readonly<Record<string, string>>;
}

export class HooksProcess {
  readonly log: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'sallyport-hooks-'));
  readonly #ca: string;
  readonly #child;
  readonly #port: number;
  readonly #metricsPort: number;

  static async start(options: HooksProcessOptions): Promise<HooksProcess> {
    const hooks = new HooksProcess(options, await freePort(), await freePort());
    await hooks.#isListening();
    return hooks;
  }

  private constructor({ config, kubeconfig, secrets }: HooksProcessOptions, port: number, metricsPort: number) {
    this.#port = port;
    this.#metricsPort = metricsPort;
    const authority = issueAuthority(Date.now());
    this.#ca = authority.cert;
    const { cert, key } = issueServing(authority, ['localhost'], Date.now());
    for (const [name, text] of Object.entries({ 'tls.crt': cert, 'tls.key': key, ...secrets })) {
      writeFileSync(join(this.#folder, name), text);
    }
    const here = config.replaceAll(`${MOUNTS}hooks/`, `${this.#folder}/`).replaceAll(`${MOUNTS}tls`, this.#folder);
    const file = join(this.#folder, 'hooks.yaml');
    writeFileSync(file, JSON.stringify({ ...(parse(here) as object), ports: { hooks: port, metrics: metricsPort } }));
    this.#child = spawn(process.execPath, [MAIN, '--config', file, '--kubeconfig', kubeconfig], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }

  async #isListening(): Promise<void> {
    const exited = once(this.#child, 'exit');
    const listening = Promise.withResolvers<void>();
    createInterface({ input: this.#child.stderr }).on('line', (line) => {
      this.log.push(line);
      if (line.includes('"listening"')) listening.resolve();
    });
    const failed = exited.then(([code]) => {
      throw new Error(`the hooks exited with ${code}: ${this.log.join('\n')}`);
    });
    await within(60_000, 'the hooks listen', Promise.race([listening.promise, failed]));
    failed.catch(() => {});
  }

  send(path: string, signed: SignedRequest): Promise<Answered> {
    return sendSigned({ port: this.#port, ca: this.#ca, path }, signed);
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#metricsPort}/metrics`)).text();
  }

  /** Resolves with its exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await within(30_000, 'the hooks end', exited);
    }
    rmSync(this.#folder, { recursive: true, force: true });
    return this.#child.exitCode;
  }
}
