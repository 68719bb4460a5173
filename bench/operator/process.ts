/** The operator as its image starts it, as a process of this machine that works on a cluster from outside. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { bundle } from '../../scripts/build.ts';
import { Daemon } from '../../test/cluster/support/daemon.ts';
import { freePort } from '../../test/support/ports.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const READY_MS = 60_000;
/** It goes on answering for seven seconds, for those whom a Service leads to it. */
const STOP_MS = 20_000;
const POLL_MS = 100;

export interface Ports {
  readonly webhook: number;
  readonly sidecars: number;
  readonly metrics: number;
}

export async function operatorPorts(): Promise<Ports> {
  return { webhook: await freePort(), sidecars: await freePort(), metrics: await freePort() };
}

export interface OperatorProcessOptions {
  /** Of its files. */
  readonly name: string;
  readonly folder: string;
  readonly kubeconfig: string;
  /** As the chart has it, but for the ports. */
  readonly config: string;
  readonly ports: Ports;
}

/** Builds the operator of the working tree, whatever may lie in dist/. */
export async function buildOperator(folder: string): Promise<string> {
  const outdir = join(folder, 'dist');
  await bundle({ root: ROOT, outdir, only: ['operator'] });
  return join(outdir, 'operator.mjs');
}

export class OperatorProcess {
  readonly #daemon: Daemon;
  readonly #ports: Ports;

  constructor(script: string, { name, folder, kubeconfig, config, ports }: OperatorProcessOptions) {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, config.replace(/ports: .*/, `ports: ${JSON.stringify(ports)}`));
    const { env, flags } = imageSettings();
    const node = [process.execPath, ...flags, script, '--config', file, '--kubeconfig', kubeconfig];
    this.#ports = ports;
    this.#daemon = new Daemon({
      name,
      folder,
      command: '/usr/bin/env',
      args: [...env, ...node],
    });
  }

  async ready(limitMs = READY_MS): Promise<void> {
    await this.#daemon.until('the operator was ready', limitMs, async () => {
      const response = await this.#get('/readyz').catch(() => undefined);
      return response?.ok === true;
    });
  }

  /** The sum of a counter or gauge over all its series whose labels hold `part`. */
  async metric(name: string, part = ''): Promise<number> {
    const text = await (await this.#get('/metrics')).text();
    return sumOf(text, name, part);
  }

  /** Until no key waits and none is worked on. */
  async idle(limitMs: number): Promise<void> {
    await this.#daemon.until('the operator had nothing left to do', limitMs, async () => {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      const text = await (await this.#get('/metrics')).text();
      return sumOf(text, 'workqueue_depth') + sumOf(text, 'controller_runtime_active_workers') === 0;
    });
  }

  /** Resident now and at its highest, in MB (`VmRSS`, `VmHWM` of proc(5)). */
  memory(): { readonly residentMb: number; readonly peakMb: number } {
    const text = readFileSync(`/proc/${this.#daemon.pid}/status`, 'utf8');
    return { residentMb: megabytes(text, 'VmRSS'), peakMb: megabytes(text, 'VmHWM') };
  }

  get isRunning(): boolean {
    return this.#daemon.isRunning;
  }

  /** Without a word, as a node that fails. */
  async kill(): Promise<void> {
    await this.#daemon.kill();
  }

  async stop(): Promise<void> {
    process.kill(this.#daemon.pid, 'SIGTERM');
    const deadline = performance.now() + STOP_MS;
    while (this.#daemon.isRunning && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    await this.#daemon.kill();
  }

  #get(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.#ports.metrics}${path}`, { signal: AbortSignal.timeout(10_000) });
  }
}

/** Of the Prometheus text format: the values of all series of a metric whose labels hold `part`. */
export function sumOf(text: string, name: string, part = ''): number {
  return text
    .split('\n')
    .filter((line) => (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && line.includes(part))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

export function megabytes(status: string, field: 'VmRSS' | 'VmHWM'): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  return (Number(kilobytes) * 1_024) / 1e6;
}

/** Node's flags and the setting of malloc from the image, so that what is measured is what is shipped. */
function imageSettings(): { readonly env: readonly string[]; readonly flags: readonly string[] } {
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile.operator'), 'utf8');
  const arenas = /\bMALLOC_ARENA_MAX=(\d+)/.exec(dockerfile)?.[0];
  const entrypoint = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1];
  if (arenas === undefined || entrypoint === undefined)
    throw new Error('Dockerfile.operator does not read as expected');
  const flags = (JSON.parse(entrypoint) as string[]).filter((word) => word.startsWith('--')).map(ofLimit);
  return { env: ['-u', 'NODE_OPTIONS', '-u', 'NODE_COMPILE_CACHE', 'NODE_ENV=production', arenas], flags };
}

/** A share of the memory that the chart gives the container, which is not that of this machine. */
function ofLimit(flag: string): string {
  const percent = /^--max-old-space-size-percentage=(\d+)$/.exec(flag)?.[1];
  if (percent === undefined) return flag;
  const { resources } = parse(readFileSync(join(ROOT, 'charts/sallyport/values.yaml'), 'utf8')) as {
    resources: { limits: { memory: string } };
  };
  const limit = /^(\d+)Mi$/.exec(resources.limits.memory)?.[1];
  return `--max-old-space-size=${Math.floor((Number(limit) * Number(percent)) / 100)}`;
}
