/**
 * Answers to clicks: Slack gives each click an address of its own, for thirty minutes and five messages
 * (https://docs.slack.dev/interactivity/handling-user-interaction, "Message responses"). What is sent there only the person who clicked sees.
 */
import type { Logger } from 'pino';
import type { HooksMetrics } from '../metrics.ts';

const WITHIN_MS = 5_000;
const AGAIN_MS = 500;
const MAX_TRIES = 3;
/** Under way at once; beyond it nobody is told, since Slack takes none. */
const MAX_OPEN = 64;

export interface RepliesOptions {
  /** Scheme, name and port that every such address has to have. */
  readonly origin: string;
  readonly metrics: Pick<HooksMetrics, 'unsent'>;
  readonly log: Logger;
}

export class Replies {
  readonly #options: RepliesOptions;
  #open = 0;

  constructor(options: RepliesOptions) {
    this.#options = options;
  }

  /** Never rejects: that somebody is not told decides nothing. */
  async tell(responseUrl: string | undefined, words: string): Promise<void> {
    const { origin, metrics, log } = this.#options;
    const url = URL.parse(responseUrl ?? '');
    // Signed by Slack, and still no reason to go wherever it says.
    if (url?.origin !== new URL(origin).origin || this.#open >= MAX_OPEN) {
      metrics.unsent();
      log.warn(
        { origin: url?.origin },
        'a click could not be answered: its address is none of Slack, or too many are open',
      );
      return;
    }
    this.#open += 1;
    try {
      for (let tries = 1; ; tries += 1) {
        const problem = await post(url, words);
        if (problem === undefined) return;
        if (tries < MAX_TRIES && problem.isPassing) {
          await new Promise((resolve) => setTimeout(resolve, AGAIN_MS * tries));
          continue;
        }
        metrics.unsent();
        log.warn({ problem: problem.words }, 'Slack did not take the answer to a click');
        return;
      }
    } finally {
      this.#open -= 1;
    }
  }
}

interface Problem {
  readonly words: string;
  readonly isPassing: boolean;
}

async function post(url: URL, words: string): Promise<Problem | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(replyOf(words)),
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    await response.body?.cancel();
    if (response.ok) return undefined;
    return { words: `HTTP ${response.status}`, isPassing: response.status >= 500 || response.status === 429 };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { words: cause instanceof Error ? cause.message : String(cause), isPassing: true };
  }
}

/** `plain_text` is shown as it is, whatever names and reasons are in it. */
function replyOf(words: string): object {
  return {
    response_type: 'ephemeral',
    replace_original: false,
    text: 'Sallyport: how your decision ended',
    blocks: [{ type: 'section', text: { type: 'plain_text', text: words.slice(0, 2900), emoji: false } }],
  };
}
