/** A channel of Slack: one message a request, kept up to date; a reminder is an answer in its thread, which is what people are told of. */
import { type Channel, NotTakenError, type Notice } from '../channel.ts';
import { problemOf, retryAfterOf } from '../answered.ts';
import { post, type Answer } from '../post.ts';
import type { SecretFiles } from '../secret-files.ts';
import { NEWS, type News } from '../told.ts';
import { slackMessage } from './message.ts';

export interface SlackPlace {
  readonly name: string;
  /** Id of the channel, such as C024BE91L. */
  readonly channel: string;
  /** Of the Web API, such as https://slack.com/api. */
  readonly api: string;
  readonly buttons: boolean;
  readonly proxy: string | undefined;
}

/** Errors of the Web API that say that this message is wrong, and would be at any time (https://docs.slack.dev/reference/methods/chat.postMessage). */
const OF_THE_MESSAGE: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_too_long',
  'msg_blocks_too_long',
  'no_text',
  'invalid_arguments',
]);
/** Whoever took the message away, or closed the thread, has no need of its news. */
const GONE: ReadonlySet<string> = new Set([
  'message_not_found',
  'thread_not_found',
  'cant_update_message',
  'edit_window_closed',
]);

const METHODS: Readonly<Record<News, 'chat.postMessage' | 'chat.update'>> = {
  Requested: 'chat.postMessage',
  Reminder: 'chat.postMessage',
  Voted: 'chat.update',
  Settled: 'chat.update',
};

export function slackChannel(place: SlackPlace, secret: SecretFiles): Channel {
  const { name, api, proxy } = place;
  return {
    name,
    news: new Set(NEWS),
    follows: true,
    async send(notice, signal) {
      const method = METHODS[notice.news];
      const token = await secret.get('token');
      const target = { url: `${api}/${method}`, ca: await secret.find('ca.crt'), proxy };
      const body = JSON.stringify(bodyOf(notice, place));
      const answer = await post(target, { headers: { authorization: `Bearer ${token}` }, body, signal });
      return { ref: refIn(answer, notice) };
    },
  };
}

function bodyOf(notice: Notice, { channel, buttons }: SlackPlace): object {
  const { request, news, told } = notice;
  const [at = channel, ts] = (told.ref ?? '').split('/');
  const message = slackMessage(request, news, { buttons });
  const still = { unfurl_links: false, unfurl_media: false };
  if (news === 'Requested') return { channel, ...message, ...still };
  if (news === 'Reminder') return { channel: at, thread_ts: ts, reply_broadcast: true, text: message.text, ...still };
  return { channel: at, ts, ...message };
}

/** `CHANNEL/TS`, by which a message is updated; of a reminder what it was before. Throws a NotTakenError. */
function refIn(answer: Answer, { told, news, now }: Notice): string | undefined {
  const problem = problemOf(answer, now);
  if (problem !== undefined) throw problem;
  const { ok, error, channel, ts } = read(answer.text);
  if (ok !== true) {
    const word = typeof error === 'string' ? error.slice(0, 64).replaceAll(/[^a-z_]/g, '') : 'no JSON';
    if (news !== 'Requested' && GONE.has(word)) return told.ref;
    const afterMs = retryAfterOf(answer.headers['retry-after'], now);
    throw new NotTakenError(`Slack answers ${word}`, { again: OF_THE_MESSAGE.has(word) ? 'Never' : 'Later', afterMs });
  }
  if (news !== 'Requested') return told.ref;
  return typeof channel === 'string' && typeof ts === 'string' ? `${channel}/${ts}`.slice(0, 256) : undefined;
}

function read(text: string): { ok?: unknown; error?: unknown; channel?: unknown; ts?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
