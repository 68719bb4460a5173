/**
 * As much of the Web API of Slack as is used, from its public documentation: https://docs.slack.dev/reference/methods/chat.postMessage,
 * .../chat.update, and the limits of https://docs.slack.dev/reference/block-kit/blocks.
 */
import { Endpoint, type Received, type Reply } from './endpoint.ts';

export const SLACK_TOKEN = 'xoxb-test';

export interface SlackPost {
  readonly channel: string;
  readonly ts: string;
  readonly thread?: string;
  text: string;
  blocks: readonly object[];
  updates: number;
}

interface Sent {
  readonly channel?: string;
  readonly ts?: string;
  readonly thread_ts?: string;
  readonly text?: string;
  readonly blocks?: readonly Block[];
}

interface Text {
  readonly text?: string;
}

interface Block {
  readonly type?: string;
  readonly text?: Text;
  readonly fields?: readonly Text[];
  readonly elements?: readonly { readonly value?: string }[];
}

export class Slack {
  readonly endpoint: Endpoint;
  readonly posts: SlackPost[] = [];
  /** Answers to come before all others. */
  readonly first: Reply[] = [];
  #now = 1_700_000_000;

  private constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
    endpoint.answer = (received) => this.first.shift() ?? this.#answer(received);
  }

  static async start(): Promise<Slack> {
    return new Slack(await Endpoint.start());
  }

  /** Messages that are no answers in a thread. */
  get messages(): SlackPost[] {
    return this.posts.filter(({ thread }) => thread === undefined);
  }

  #answer({ path, headers, body }: Received): Reply {
    if (headers.authorization === undefined) return refused('not_authed');
    if (headers.authorization !== `Bearer ${SLACK_TOKEN}`) return refused('invalid_auth');
    const sent = JSON.parse(body) as Sent;
    if (sent.channel === undefined || !/^[CG][A-Z0-9]+$/.test(sent.channel)) return refused('channel_not_found');
    if (sent.text === undefined && sent.blocks === undefined) return refused('no_text');
    if (!(sent.blocks ?? []).every(isBlock) || (sent.blocks ?? []).length > 50) return refused('invalid_blocks');
    if (path.endsWith('/chat.postMessage')) return this.#post(sent, sent.channel);
    if (path.endsWith('/chat.update')) return this.#update(sent);
    return refused('unknown_method');
  }

  #post({ text = '', blocks = [], thread_ts: thread }: Sent, channel: string): Reply {
    if (thread !== undefined && !this.posts.some(({ ts }) => ts === thread)) return refused('thread_not_found');
    const ts = `${(this.#now += 1)}.000100`;
    this.posts.push({ channel, ts, text, blocks, updates: 0, ...(thread === undefined ? {} : { thread }) });
    return accepted({ channel, ts });
  }

  #update({ channel, ts, text = '', blocks = [] }: Sent): Reply {
    const post = this.posts.find((one) => one.ts === ts && one.channel === channel);
    if (post === undefined) return refused('message_not_found');
    Object.assign(post, { text, blocks, updates: post.updates + 1 });
    return accepted({ channel, ts });
  }
}

function isBlock({ type, text, fields = [], elements = [] }: Block): boolean {
  const max = type === 'header' ? 150 : 3000;
  return (
    isText(text, max) &&
    fields.length <= 10 &&
    fields.every((field) => isText(field, 2000)) &&
    elements.every(({ value = '' }) => value.length <= 2000)
  );
}

function isText(text: Text | undefined, max: number): boolean {
  return text === undefined || (text.text !== undefined && text.text.length >= 1 && text.text.length <= max);
}

function accepted(body: object): Reply {
  return { body: JSON.stringify({ ok: true, ...body }) };
}

function refused(error: string): Reply {
  return { body: JSON.stringify({ ok: false, error }) };
}
