/** What makes a value more than a plain POSIX path: schemes, drives, shares, home folders, variables, odd segments. */

export type PathSyntaxReason = 'odd-segment' | 'scheme' | 'drive-or-share' | 'home-or-variable';

const EDGE = /^[\s"'`<]+/;

export function pathSyntaxFinding(text: string): PathSyntaxReason | undefined {
  // A server that trims or unquotes sees the prefix behind the blanks and quotes.
  const start = text.replace(EDGE, '');
  if (DRIVE.test(start) || SHARE.test(start)) return 'drive-or-share';
  if (SCHEME.test(start) || OPAQUE_SCHEME.test(start)) return 'scheme';
  if (HOME.test(start) || EXPANSION.test(text) || PERCENT_VARIABLE.test(text)) return 'home-or-variable';
  return segmentsFinding(text);
}

// `c:dir` is relative to the current folder of that drive; `C|/` is what old file URLs make of it.
const DRIVE = /^[A-Za-z](?::|\|[/\\])/;
const SHARE = /^(?:\\[/\\]|\/\\)/;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]{1,30}:[/\\]/;
// The ones that need no slash. Others may be names: `notes: final.txt`.
const OPAQUE_SCHEME =
  /^(?:file|data|javascript|vbscript|php|phar|zip|zlib|glob|expect|ogg|rar|jar|classpath|netdoc|view-source|blob|about|urn|url|gopher|dict|ldaps?|s?ftp|tftp|smb|https?|wss?):(?![\s:])/i;

// `~`, `~/x`, `~user/x`; but `~$report.docx` and `~backup.txt` are names.
const HOME = /^~(?:[A-Za-z_][A-Za-z0-9_-]*|[+-]?[0-9]*)(?:[/\\]|$)/;
const EXPANSION = /\$[{(]|`[^`]*`|(?:^|[/\\"'=\s])\$(?:[A-Z_][A-Z0-9_]*|env:[A-Za-z_]+|home|pwd)(?:[/\\"'\s]|$)/;
// Names that start with two hex digits would be escapes.
const PERCENT_VARIABLE = /%(?![0-9A-Fa-f]{2})[A-Za-z_][A-Za-z0-9_()]{2,40}%/;

const STREAM = /(?::\$|\.[A-Za-z0-9]{1,5}:(?![0-9:]+$)[^\s:/\\]+$)/;

function segmentsFinding(text: string): PathSyntaxReason | undefined {
  const segments = text.split(SEPARATOR);
  const last = segments.length - 1;
  for (let i = 0; i <= last; i += 1) {
    const segment = segments[i] ?? '';
    if (segment === '' || segment === '.' || segment === '..') continue;
    if (STREAM.test(segment)) return 'drive-or-share';
    // Go's `./...`: three dots, at the end, below nothing that climbs.
    if (segment === '...' && i === last && !segments.includes('..')) continue;
    if (isOdd(segment)) return 'odd-segment';
  }
  return undefined;
}

const SEPARATOR = /[/\\]/;
const DOTS_AND_BLANKS = /^[.\s]+$/;
// `..;/` is `..` to servlet containers, `.?` to a shell.
const CLIMB_WITH_PARAMETER = /^[.?]{1,3};/;
const WILD_DOTS = /^[.?*[\]]+$/;
const WILDCARD_ONLY = /^\?\?$/;

function isOdd(segment: string): boolean {
  return (
    DOTS_AND_BLANKS.test(segment) ||
    CLIMB_WITH_PARAMETER.test(segment) ||
    (WILD_DOTS.test(segment) && segment.includes('.') && segment !== EVERY_FILE) ||
    WILDCARD_ONLY.test(segment) ||
    // Windows drops blanks at the end of a name; `cat /etc/passwd` has one before the slash.
    BLANK_END.has(segment.at(-1) ?? '')
  );
}

// What people who grew up with DOS write.
const EVERY_FILE = '*.*';
const BLANK_END = new Set([' ', '\t', '\u00a0', '\u3000']);
