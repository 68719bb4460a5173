/** What the head of a server's answer says about its body, and what in it cannot be relied on. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Pieces } from '../../core/mcp/pieces.ts';
import { MAX_MESSAGE_BYTES } from './max-message.ts';
import { redirectTarget } from './server-words.ts';

/** A redirect would lead the client around the gate; what is compressed, although we asked for none, cannot be inspected. */
export function whyUnreadable(status: number, headers: IncomingHttpHeaders): string | undefined {
  if (status >= 300 && status < 400) {
    return `it redirects (HTTP ${status})${redirectTarget(headers.location)}; give its final URL`;
  }
  const encoding = joined(headers['content-encoding'])?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity') return `its answer is encoded as ${encoding}`;
  const type = joined(headers['content-type']);
  if (type?.includes(',') === true) return 'it names two content types';
  // In letters that are others to a client that believes the charset.
  const charset = charsetOf(type);
  return charset === undefined || UTF_8.has(charset) || LATIN_1.has(charset)
    ? undefined
    : `its answer is in ${charset}, not in UTF-8`;
}

/** How many bytes it says that its body has; 0 where it does not, or says more than a message may have: those are refused when they come. */
export function expectedBytes(headers: IncomingHttpHeaders): number {
  const length = Number(headers['content-length']);
  return Number.isInteger(length) && length > 0 && length <= MAX_MESSAGE_BYTES ? length : 0;
}

/** Its body can be read only where it is ASCII as well. */
export function isLatin1(headers: IncomingHttpHeaders): boolean {
  return LATIN_1.has(charsetOf(joined(headers['content-type'])) ?? '');
}

function charsetOf(type: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*"?([^";]*)/i
    .exec(type ?? '')?.[1]
    ?.trim()
    .toLowerCase();
}

/** Headers that a server sends twice come as a list, or joined. */
function joined(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Clients pass over a byte order mark. */
export function withoutMark(body: Pieces): Pieces {
  return body.slice(0, MARK.length).equals(MARK) ? body.part(MARK.length, body.length) : body;
}

const MARK = Buffer.from('\uFEFF');
const LATIN_1 = new Set(['iso-8859-1', 'latin1', 'windows-1252']);
const UTF_8 = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

export function mediaType(headers: IncomingHttpHeaders): string | undefined {
  return joined(headers['content-type'])?.split(';')[0]?.trim().toLowerCase();
}
