/**
 * The ways a server may read one resource URI. A rule written for one spelling must hold for all of them, so a URI is
 * decided on in each view and the strictest answer counts.
 */

import { pilesMarks } from '../piled-marks.ts';

/** Views of a URI, the raw one first; or why no reading of it is safe. */
export type UriViews =
  | {
      readonly views: readonly string[];
      /** What servers of files and the like cut the views down to. A rule that forbids one of them holds; none has to allow it. */
      readonly reduced: readonly string[];
    }
  | { readonly problem: string };

const MAX_URI_LENGTH = 8192;
// A control character is never part of a URI (RFC 3986 §2); servers differ in where they cut.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

/** A host that is not written in plain ASCII is made so by URL.parse (UTS #46), which takes ten times as long as all the rest. */
const FOREIGN_HOST = /^[^:/?#]*:\/\/[^/?#]*[^\x21-\x24\x26-\x7e/?#]/;

/** What reading a URI costs, in characters gone through. */
export function workOfUri(uri: string): number {
  if (uri.length > MAX_URI_LENGTH) return 1;
  return uri.length * (FOREIGN_HOST.test(uri) ? 12 : 1);
}

export function uriViews(uri: string): UriViews {
  if (uri.length > MAX_URI_LENGTH) return { problem: `the URI is longer than ${MAX_URI_LENGTH} characters` };
  if (CONTROL.test(uri)) return { problem: 'the URI holds a control character' };
  const decoded = percentDecoded(uri);
  if (decoded === undefined) return { problem: 'the URI has a percent-encoding that is not UTF-8' };
  if (CONTROL.test(decoded)) return { problem: 'the URI holds an encoded control character' };
  if (pilesMarks(decoded)) return { problem: 'the URI has more than 30 combining marks in a row' };
  // What decodes twice is read differently by a server that decodes once and one that decodes twice.
  if (decoded !== uri && ESCAPE.test(decoded)) return { problem: 'the URI is percent-encoded twice' };
  if (hasDotSegment(decoded)) return { problem: 'the URI has a "." or ".." segment' };
  if (decoded.includes('\\')) return { problem: 'the URI has a backslash' };
  const views = new Set([uri, decoded]);
  const normalised = URL.parse(uri)?.href;
  if (normalised !== undefined) {
    views.add(normalised);
    views.add(percentDecoded(normalised) ?? normalised);
  }
  const reduced = new Set([...views].map(reduce));
  return { views: [...views], reduced: [...reduced].filter((view) => !views.has(view)) };
}

/**
 * The spellings of a rule's own pattern: a rule that names a URI in one of its forms means all of them, or it could never allow
 * one whose views differ. Encoded delimiters stay: decoded, they would be another path or another pattern.
 */
export function patternViews(pattern: string): readonly string[] {
  const views = new Set([pattern]);
  // A percent sign alone is written as it is by people, and sent as %25.
  if (!ESCAPE.test(pattern)) views.add(encodeURI(pattern.toWellFormed()));
  const normalised = pattern.includes('*') ? undefined : URL.parse(pattern)?.href;
  if (normalised !== undefined) views.add(normalised);
  for (const view of [...views]) {
    if (!ENCODED_DELIMITER.test(view)) views.add(percentDecoded(view) ?? view);
  }
  return [...views];
}

/**
 * Without query, fragment, repeated and trailing slashes: `file:///a//b#c` opens what `file:///a/b` does, in Node's own
 * `fileURLToPath` to begin with.
 */
function reduce(uri: string): string {
  const end = uri.search(/[?#]/);
  const plain = end < 0 ? uri : uri.slice(0, end);
  const authority = /^[^:/]*:\/\//.exec(plain)?.[0] ?? '';
  const path = plain.slice(authority.length).replaceAll(/\/{2,}/g, '/');
  return authority + (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);
}

/**
 * What a second decoder would take for an escape, those of old JavaScript (`%u002e`) included. A `%` before anything else is a percent
 * sign to all of them: `50%25.txt` has one reading.
 */
const ESCAPE = /%(?:[0-9a-f]{2}|u[0-9a-f]{4})/i;

/** `#`, `*`, `/`, `?` and `\\` in percent-encoding. */
const ENCODED_DELIMITER = /%(23|2a|2f|3f|5c)/i;

function percentDecoded(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Servlets cut parameters off a segment before they resolve it (`..;a=b` is `..`), Windows the blanks behind it. */
function hasDotSegment(uri: string): boolean {
  return uri.split(/[/\\?#]/).some((segment) => {
    const semicolon = segment.indexOf(';');
    const name = (semicolon < 0 ? segment : segment.slice(0, semicolon)).trim();
    return name === '.' || name === '..';
  });
}
