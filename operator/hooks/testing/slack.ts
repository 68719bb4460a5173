/** A small Slack, written from its public documentation: signs what people press, and takes what they are told at the address of a click. */
import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Click {
  readonly user?: string;
  readonly team?: string;
  readonly action?: string;
  readonly value: string;
  readonly reason?: string;
  /** Instead of the address that Slack makes for the click. */
  readonly responseUrl?: string;
}

export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export const SLACK_TEAM = 'T0ACME';

export class SmallSlack {
  readonly secret: string = randomUUID();
  /** What people were told, by the path of the address of their click. */
  readonly told = new Map<string, string[]>();
  /** How the next answers are taken; 200 once it is empty. */
  readonly statuses: number[] = [];
  readonly #server: Server;
  #address = '';
  #clicks = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const status = this.statuses.shift() ?? 200;
        if (status === 200) this.#take(request.url ?? '', Buffer.concat(chunks).toString());
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ ok: status === 200 }));
      });
    });
  }

  /** `address`: at which it is reached. */
  static async start(address = '127.0.0.1'): Promise<SmallSlack> {
    const slack = new SmallSlack();
    await new Promise<void>((resolve) => slack.#server.listen(0, address, resolve));
    slack.#address = address;
    return slack;
  }

  get origin(): string {
    return `http://${this.#address}:${(this.#server.address() as AddressInfo).port}`;
  }

  #take(path: string, text: string): void {
    const reply = JSON.parse(text) as { response_type: string; blocks: { text: { type: string; text: string } }[] };
    const words = reply.blocks
      .map((block) => `${reply.response_type} ${block.text.type}: ${block.text.text}`)
      .join('\n');
    this.told.set(path, [...(this.told.get(path) ?? []), words]);
  }

  /** The payload of one click, and the path at which the person is told how it ended. */
  press({ user = 'U0ADA', team = SLACK_TEAM, action = 'sallyport.approve', value, reason, responseUrl }: Click): {
    readonly payload: object;
    readonly path: string;
  } {
    const path = `/actions/${SLACK_TEAM}/${(this.#clicks += 1)}/${randomUUID()}`;
    const values =
      reason === undefined
        ? {}
        : { 'sallyport.reason': { 'sallyport.reason': { type: 'plain_text_input', value: reason } } };
    const payload = {
      type: 'block_actions',
      user: { id: user, username: 'somebody', name: 'somebody', team_id: team },
      api_app_id: 'A0SALLYPORT',
      token: 'not-to-be-relied-on',
      container: { type: 'message', message_ts: '1700000000.000100', channel_id: 'C0TREASURY', is_ephemeral: false },
      trigger_id: `${this.#clicks}.1.x`,
      team: { id: team, domain: 'acme' },
      enterprise: null,
      is_enterprise_install: false,
      channel: { id: 'C0TREASURY', name: 'treasury' },
      message: { type: 'message', ts: '1700000000.000100', text: 'A call waits for you', blocks: [] },
      state: { values },
      response_url: responseUrl ?? `${this.origin}${path}`,
      actions: [
        {
          action_id: action,
          block_id: 'decide',
          text: { type: 'plain_text', text: 'Approve', emoji: false },
          value,
          type: 'button',
          action_ts: `${Date.now() / 1000}`,
        },
      ],
    };
    return { payload, path };
  }

  /** `at`: milliseconds since the epoch. */
  sign(payload: object | string, at = Date.now(), secret = this.secret): SignedRequest {
    const text = typeof payload === 'string' ? payload : `payload=${encodeURIComponent(JSON.stringify(payload))}`;
    const timestamp = String(Math.floor(at / 1000));
    const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${text}`).digest('hex')}`;
    return {
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signature,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      },
      body: Buffer.from(text),
    };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
