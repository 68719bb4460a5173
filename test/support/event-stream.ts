/** A stream of events that stays open, read as it comes. */
import { eventually } from './eventually.ts';

export interface EventStream {
  readonly status: number;
  /** All that was received so far. */
  readonly text: string;
  readonly ended: boolean;
  /** The part of the text that matches, once there is one. */
  find(pattern: RegExp): Promise<string>;
  close(): void;
}

export async function openStream(url: string, init: RequestInit = {}): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(url, {
    ...init,
    headers: { accept: 'text/event-stream', ...(init.headers as Record<string, string> | undefined) },
    signal: abort.signal,
  });
  let text = '';
  let ended = false;
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
  };
  read()
    .catch(() => {})
    .finally(() => {
      ended = true;
    });
  return {
    status: response.status,
    get text() {
      return text;
    },
    get ended() {
      return ended;
    },
    find: (pattern) => eventually(`${pattern} in ${JSON.stringify(text)}`, () => pattern.exec(text)?.[0]),
    close: () => abort.abort(),
  };
}
