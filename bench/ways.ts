/** Three ways to the same server, side by side: straight, through the bare pass-through, through the gate. */
import type { ChildProcess } from 'node:child_process';
import { CallLoad } from './call-load.ts';
import { ask, freePorts, startChild, stopChild } from './children.ts';
import { type GateFiles, type Setting, gateEnvironment, untilReady } from './gate.ts';

export interface Way {
  readonly port: number;
  readonly child: ChildProcess;
}

/** What the server answers from now on; `upstream.mjs` says what each means. */
export interface Behaviour {
  readonly answer?: 'json' | 'sse' | 'events' | 'stamped' | 'mixed';
  readonly bytes?: number;
  readonly eventEveryMs?: number;
}

export const PLAIN: Behaviour = { answer: 'json', bytes: 512, eventEveryMs: 0 };

export class Ways {
  readonly load = new CallLoad();
  readonly direct: Way;
  readonly bare: Way;
  readonly gate: Way;

  private constructor(direct: Way, bare: Way, gate: Way) {
    this.direct = direct;
    this.bare = bare;
    this.gate = gate;
  }

  static async start(files: GateFiles, setting?: Setting): Promise<Ways> {
    const [upstreamPort, barePort, port, adminPort] = (await freePorts(4)) as [number, number, number, number];
    const upstream = await startUpstream(upstreamPort);
    // The same settings for both: what is compared is the code.
    const flags = [...files.flags, `--import=${script('report-usage.mjs')}`];
    const { env } = files;
    const bare = startChild({ script: script('pass-through.mjs'), args: [barePort, upstreamPort], flags, env });
    await ask(bare);
    const gateEnv = { ...env, ...gateEnvironment(upstreamPort, { port, adminPort }, setting) };
    const gate = startChild({ script: files.script, flags, env: gateEnv });
    await untilReady(adminPort);
    const ways = new Ways(
      { port: upstreamPort, child: upstream },
      { port: barePort, child: bare },
      { port, child: gate },
    );
    await ways.load.openSession(port);
    return ways;
  }

  async behave(behaviour: Behaviour): Promise<void> {
    await ask(this.direct.child, behaviour);
  }

  async stop(): Promise<void> {
    await this.load.stop();
    for (const { child } of [this.gate, this.bare, this.direct]) await stopChild(child);
  }
}

/** A gate that is compared with another one, or with itself, in front of a server of its own. */
export async function startGateAlone(files: GateFiles, setting: Setting): Promise<Way & { stop(): Promise<void> }> {
  const [upstreamPort, port, adminPort] = (await freePorts(3)) as [number, number, number];
  const upstream = await startUpstream(upstreamPort);
  const flags = [...files.flags, `--import=${script('report-usage.mjs')}`];
  const env = { ...files.env, ...gateEnvironment(upstreamPort, { port, adminPort }, setting) };
  const child = startChild({ script: files.script, flags, env });
  await untilReady(adminPort);
  return {
    ...{ port, child },
    async stop() {
      await stopChild(child);
      await stopChild(upstream);
    },
  };
}

export async function startUpstream(port: number): Promise<ChildProcess> {
  const upstream = startChild({ script: script('upstream.mjs'), args: [port] });
  await ask(upstream);
  return upstream;
}

export function script(name: string): string {
  return `${import.meta.dirname}/${name}`;
}

/** Processor time that a way took so far. */
export async function cpuMicros({ child }: Way): Promise<number> {
  return (await ask<{ cpuMicros: number }>(child, 'usage')).cpuMicros;
}
