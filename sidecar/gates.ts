/** Every MCP port of the pod with its gate and its listener: one as a rule, one more for each further port. What happens to one happens to all. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { SidecarConfig } from './config.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { createFurtherGate, keyOfPort } from './create-further-gate.ts';
import { HttpServer } from './downstream/http/server.ts';
import type { Gate } from './gate.ts';
import type { HopCounts } from './hop/counts.ts';
import { Replicas } from './hop/replicas.ts';
import { SessionFile } from './memory/session-file.ts';
import { HttpUpstream } from './upstream/http/server.ts';

interface Port {
  /** Undefined: the first. */
  readonly name: string | undefined;
  readonly gate: Gate;
  readonly server: HttpServer;
  readonly at: { readonly port: number; readonly hopPort: number };
  readonly kept: SessionFile | undefined;
}

export class Gates {
  readonly first: Gate;
  readonly #config: SidecarConfig;
  readonly #ports: readonly Port[];

  constructor(first: Gate, config: SidecarConfig, hopCounts: HopCounts | undefined, log: Logger) {
    this.first = first;
    this.#config = config;
    const further = config.furtherPorts.map(({ name, upstream, ...at }): Port => {
      const gate = createFurtherGate(first, {
        ...{ name, server: config.server, upstream: new HttpUpstream(upstream, SYSTEM_CLOCK, true) },
        replicas: hopCounts && new Replicas(hopCounts, log),
      });
      const kept = keepSessions(gate, join(config.stateDirectory, `sessions-${name}.jsonl`), upstream, log);
      return { name, gate, at, kept, server: new HttpServer(gate) };
    });
    const { port, hopPort, passthrough, upstream, stateDirectory } = config;
    const kept = keepSessions(first, join(stateDirectory, 'sessions.jsonl'), upstream, log);
    const server = new HttpServer(first, passthrough);
    this.#ports = [{ name: undefined, gate: first, at: { port, hopPort }, kept, server }, ...further];
  }

  /** The key that all replicas share, and those before and after it. */
  adopt(key: Buffer, others: readonly Buffer[]): void {
    // One for all ports: the operator asks for approvals of the server.
    this.first.approvalDigests.adopt(key);
    for (const { name, gate } of this.#ports) {
      const own = name === undefined ? (one: Buffer) => one : (one: Buffer) => keyOfPort(one, name);
      const [ownKey, ownOthers] = [own(key), others.map(own)];
      gate.seal.adopt(ownKey, ownOthers);
      gate.handles.adopt(ownKey, ownOthers);
      gate.possession.adopt(ownKey, ownOthers);
      gate.replicas?.adopt(ownKey, ownOthers);
    }
  }

  each(act: (gate: Gate) => void): void {
    for (const { gate } of this.#ports) act(gate);
  }

  /** Lists may show other items now. */
  tellListsChanged(): void {
    this.each(({ streams }) => streams.tellListsChanged());
  }

  /** Resolves with the ports, the first one first; rejects with the system's error. */
  async listen(): Promise<readonly number[]> {
    const { host } = this.#config;
    const ports: number[] = [];
    for (const { server, at } of this.#ports) ports.push(await server.listen(host, at.port));
    return ports;
  }

  /** From here on other gates of the server can pass on to these. */
  async listenToGates(): Promise<void> {
    const { host, podIps } = this.#config;
    for (const { gate, server, at } of this.#ports) {
      const door = { host, port: at.hopPort, address: podIps[0] };
      await gate.replicas?.listen(door, gate.handles, (socket) => server.takeFromGate(socket));
    }
  }

  drain(): void {
    for (const { server } of this.#ports) server.drain();
  }

  /** Monotonic milliseconds of the last connection. */
  get connectedAt(): number {
    return Math.max(...this.#ports.map(({ server }) => server.connectedAt));
  }

  async closeDownstream(graceMs: number, refuseNew: () => void): Promise<void> {
    const closing = this.#ports.map(({ gate, server }) => ({ server, others: gate.replicas?.stopListening() }));
    await Promise.all(closing.map(({ server, others }) => server.close(graceMs, refuseNew, others)));
  }

  /** The way to the servers of the further ports, and to other gates. The first one's server is the caller's to close. */
  async close(): Promise<void> {
    for (const { name, gate } of this.#ports) {
      if (name !== undefined) await gate.upstream.close();
      await gate.replicas?.close();
    }
  }

  closeFiles(): void {
    for (const { kept } of this.#ports) kept?.close();
  }
}

/** Without the file sessions end with the process, and calls go on. */
function keepSessions(gate: Gate, path: string, upstream: string, log: Logger): SessionFile | undefined {
  const onProblem = (error: unknown): void =>
    log.warn({ err: error }, 'sessions are not kept: they end with this process');
  try {
    const file = SessionFile.open({ path, upstream, onProblem });
    if (file !== undefined) gate.sessions.keep(file);
    return file;
  } catch (error) {
    onProblem(error);
    return undefined;
  }
}
