/** The way through Sallyport, as a user would take it: `sallyport up` for clients that speak HTTP, `sallyport wrap` for those that start servers. */
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gates, findSockets } from '../../cli/approvals-client.ts';
import { CLI, type CliProcess, Workspace, runCli } from '../support/cli.ts';
import type { StdioTarget, Target, Transport } from './clients/shape.ts';

/** What is looked at is the wire: everything is allowed but one tool that is not, and one that waits for a person. */
const POLICY = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: everything}
spec:
  tools:
    - {names: ["*"], effect: Allow}
    - {name: never, names: [forbidden], effect: Deny, reason: nobody needs it}
    - {name: ask, names: [held], effect: RequireApproval, approval: {hold: 20s}}
  resources: [{uris: ["**"], effect: Allow}]
  prompts: [{names: ["*"], effect: Allow}]
`;
const POLL_MS = 50;

export class Through {
  readonly #home = new Workspace();
  readonly #target: Target;
  #up: Promise<{ readonly process: CliProcess; readonly url: string }> | undefined = undefined;

  constructor(target: Target) {
    this.#target = target;
    mkdirSync(this.#home.path('policy'));
    this.#home.write('policy/policy.yaml', `${POLICY}---\n${serverText(target)}`);
  }

  /** Where a client of this transport goes; undefined where Sallyport has no way for it. */
  async targetFor(transport: Transport): Promise<Target | undefined> {
    if (transport !== 'stdio') return (await (this.#up ??= this.#startUp())).url;
    return typeof this.#target === 'string' ? undefined : this.#wrapped(this.#target);
  }

  /** The person who approves what is held, until the call has its answer. */
  readonly approve = async (until: AbortSignal): Promise<void> => {
    while (!until.aborted) {
      const gates = new Gates(findSockets(this.#home.path('run')));
      for (const { metadata, status } of (await gates.list()) ?? []) {
        if ((status?.state ?? 'Pending') === 'Pending') await gates.decide(metadata.name, 'Approved', undefined);
      }
      await sleep(POLL_MS);
    }
  };

  async close(): Promise<void> {
    const up = await this.#up?.catch(() => undefined);
    await up?.process.close();
    this.#home.close();
  }

  async #startUp(): Promise<{ process: CliProcess; url: string }> {
    const ports = ['--port', '0', '--metrics-port', '0'];
    const up = runCli(this.#home, 'up', '-f', this.#home.path('policy'), '--quiet', ...ports);
    try {
      const [url] = await up.said(/http:\/\/127\.0\.0\.1:\d+\/mcp/);
      return { process: up, url };
    } catch (error) {
      // Nobody gets to know of it, so nobody else ends it.
      await up.close();
      throw error;
    }
  }

  #wrapped({ command, args, env }: StdioTarget): StdioTarget {
    return {
      command: process.execPath,
      args: [CLI, 'wrap', '-f', this.#home.path('policy'), '--', command, ...args],
      env: { ...env, ...this.#home.env },
    };
  }
}

function serverText(target: Target): string {
  const destination =
    typeof target === 'string'
      ? `remote: {url: ${JSON.stringify(target)}}`
      : `stdio: {command: ${JSON.stringify([target.command, ...target.args])}}`;
  return `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: matrix}
spec:
  ${destination}
  access: {anonymous: true}
`;
}
