/** The hooks as they run in a pod, on loopback: files for certificates and secrets, a small Slack, and a sender. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { ApiClient } from '../../kit/api-client.ts';
import { issueAuthority, issueServing } from '../../tls/authority.ts';
import { parseHooksConfig } from '../config.ts';
import { createHooks } from '../hooks.ts';
import type { HooksServer } from '../server.ts';
import { type Answered, sendSigned } from './send.ts';
import { SmallSender } from './sender.ts';
import { type SignedRequest, SLACK_TEAM, SmallSlack } from './slack.ts';

export interface ServedOptions {
  readonly people: readonly object[];
  /** Whom the sender may speak for. */
  readonly speaksFor: readonly string[];
  readonly client: Pick<ApiClient, 'jsonPatch'>;
}

export class ServedHooks {
  readonly slack: SmallSlack;
  readonly sender = new SmallSender();
  readonly registry = new Registry();
  /** Lines of the log, as objects. */
  readonly log: Record<string, unknown>[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'sallyport-hooks-'));
  readonly #stop = new AbortController();
  #server: HooksServer | undefined;
  #ended: Promise<void> | undefined;
  #ca = '';

  private constructor(slack: SmallSlack) {
    this.slack = slack;
  }

  static async start(options: ServedOptions): Promise<ServedHooks> {
    const served = new ServedHooks(await SmallSlack.start());
    await served.#begin(options);
    return served;
  }

  async #begin({ people, speaksFor, client }: ServedOptions): Promise<void> {
    const authority = issueAuthority(Date.now());
    this.#ca = authority.cert;
    const { cert, key } = issueServing(authority, ['localhost'], Date.now());
    const files = { 'tls.crt': cert, 'tls.key': key, slack: this.slack.secret, tickets: this.sender.secret };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.folder, name), text);
    const config = {
      ports: { hooks: 0, metrics: 0 },
      tls: this.folder,
      people,
      slack: { secretFile: join(this.folder, 'slack'), team: SLACK_TEAM, responses: this.slack.origin },
      senders: [{ name: 'tickets', secretFile: join(this.folder, 'tickets'), speaksFor }],
    };
    const { manager, server } = createHooks({
      config: parseHooksConfig(JSON.stringify(config), 'hooks.yaml'),
      client,
      registry: this.registry,
      log: pino(
        { level: 'info' },
        { write: (line: string) => this.log.push(JSON.parse(line) as Record<string, unknown>) },
      ),
      leaveMs: 0,
    });
    this.#server = server;
    this.#ended = manager.run(this.#stop.signal);
    await server.ready;
  }

  get port(): number {
    return this.#server?.port ?? 0;
  }

  get ca(): string {
    return this.#ca;
  }

  send(path: string, signed: SignedRequest, method = 'POST'): Promise<Answered> {
    return sendSigned({ port: this.port, ca: this.#ca, path, method }, signed);
  }

  click(signed: SignedRequest): Promise<Answered> {
    return this.send('/slack/actions', signed);
  }

  hook(signed: SignedRequest): Promise<Answered> {
    return this.send('/hooks/vote', signed);
  }

  /** How many ended so. */
  async ended(door: string, outcome: string): Promise<number> {
    const metric = await this.registry.getSingleMetric('sallyport_hooks_requests_total')?.get();
    return metric?.values.find(({ labels }) => labels['door'] === door && labels['outcome'] === outcome)?.value ?? 0;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
    await this.slack.close();
    rmSync(this.folder, { recursive: true });
  }
}
