/**
 * Percent decoding (RFC 3986 §2.1) that treats every doubt as a result of its own: two parsers that disagree about a
 * malformed escape are the hole, so the caller refuses instead of guessing which of them the server has.
 */

export type PercentDecoded =
  | { kind: 'plain' }
  | { kind: 'decoded'; text: string }
  /** Not UTF-8 (overlong, truncated, legacy code pages), or the ruins of an escape. */
  | { kind: 'malformed' }
  /** Decoding the result decodes something again. */
  | { kind: 'nested' };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function percentDecode(text: string): PercentDecoded {
  if (!text.includes('%')) return { kind: 'plain' };
  const once = decodeOnce(text);
  if (once === undefined) return { kind: 'malformed' };
  if (once === text) return { kind: 'plain' };
  // One layer is how clients spell a blank; a second one has no honest use in a path, so there is no third to count.
  const twice = decodeOnce(once);
  if (twice !== once) return { kind: 'nested' };
  return { kind: 'decoded', text: once };
}

/** `text` with every run of `%XX` decoded, itself when there is none, undefined when one is malformed. */
function decodeOnce(text: string): string | undefined {
  let out = '';
  let copied = 0;
  let ruins = 0;
  let escapes = 0;
  let at = text.indexOf('%');
  while (at !== -1) {
    const bytes = escapeRun(text, at);
    if (bytes.length > 0) {
      escapes += 1;
      try {
        out += text.slice(copied, at) + utf8.decode(Uint8Array.from(bytes));
      } catch {
        return undefined;
      }
      copied = at + bytes.length * 3;
    } else if (looksLikeEscape(text, at)) {
      ruins += 1;
    }
    at = text.indexOf('%', at + Math.max(1, bytes.length * 3));
  }
  // `50%off.txt` is a name; `%c0%qf`, and `%bg%qf`, are what lenient decoders are tried with.
  if (ruins > 1 || (ruins > 0 && escapes > 0)) return undefined;
  return escapes === 0 ? text : out + text.slice(copied);
}

function escapeRun(text: string, at: number): number[] {
  const bytes: number[] = [];
  for (let i = at; text.charCodeAt(i) === 0x25; i += 3) {
    const high = hexDigit(text.charCodeAt(i + 1));
    const low = hexDigit(text.charCodeAt(i + 2));
    if (high === -1 || low === -1) break;
    bytes.push(high * 16 + low);
  }
  return bytes;
}

function hexDigit(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

// `%%32` is an escape behind a lone sign: the sign and what comes out of the escape may make another one.
const RUIN = /^(?:[0-9A-Za-z]{2}|%[0-9A-Fa-f]{2})/;

function looksLikeEscape(text: string, at: number): boolean {
  return RUIN.test(text.slice(at + 1, at + 4));
}
