/** An answer that is one message is taken whole, because what is not whole cannot be decided on. */
import { isAscii } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { type Passage, UnreadableMessage } from './check.ts';
import { isLatin1, mediaType, withoutMark } from './head.ts';
import type { MessageDoor } from './messages.ts';

export class WholeBody {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** How many bytes it has by now. */
  push(chunk: Buffer): number {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    return this.#bytes;
  }

  /** Without the byte order mark that clients pass over. */
  get text(): Buffer {
    const [only] = this.#chunks;
    return withoutMark(this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks));
  }

  forget(): void {
    this.#chunks = [];
  }
}

export function inspectWhole(
  messages: MessageDoor,
  status: number,
  headers: IncomingHttpHeaders,
  body: Buffer,
): Passage | { readonly unreadable: string } {
  const type = mediaType(headers);
  const answered = `it answered HTTP ${status} with ${type ?? 'no content type'}`;
  if (type !== 'application/json') return { unreadable: answered };
  // Java's servlets say Latin-1 where nothing was said; that is UTF-8 as long as it is ASCII.
  if (isLatin1(headers) && !isAscii(body)) return { unreadable: `${answered} in Latin-1, not in UTF-8` };
  try {
    return messages.inspect(body, true);
  } catch (error) {
    if (!(error instanceof UnreadableMessage)) throw error;
    return { unreadable: `${answered}: ${error.message}` };
  }
}
