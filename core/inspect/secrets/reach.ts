/** How many characters a pattern of the tables can look at, which is what it costs where it fails late. */

/** An atom, a class or the end of a group, with how often it is repeated; what opens a group; what takes no character. */
const PARTS = /\((?:\?(?:[:=!]|<[=!]|[a-z]*:))?|\)|\||\\[bB]|[\^$](?!\])|(?:\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|[^()[\]|])/g;
const REPEATED = /(?:\{(\d+)(?:,(\d*))?\}|([?*+]))\??/y;
/** For `*` and `+`, which the tables hardly have: nothing that is looked for in them is longer. */
const UNBOUNDED = 4096;

/** Of alternatives the sum, so that it is never too small. */
export function reachOf(pattern: string): number {
  const open: number[] = [];
  let reach = 0;
  PARTS.lastIndex = 0;
  for (let part = PARTS.exec(pattern); part !== null; part = PARTS.exec(pattern)) {
    const [text] = part;
    if (text.startsWith('(')) {
      open.push(reach);
      reach = 0;
      continue;
    }
    if (text === '|' || text === '\\b' || text === '\\B' || text === '^' || text === '$') continue;
    const one = text === ')' ? reach : 1;
    const outer = text === ')' ? (open.pop() ?? 0) : reach;
    reach = outer + one * timesAt(pattern, PARTS);
  }
  return reach;
}

/** How often what ends there is repeated at most; goes behind it. */
function timesAt(pattern: string, parts: RegExp): number {
  REPEATED.lastIndex = parts.lastIndex;
  const repeated = REPEATED.exec(pattern);
  if (repeated === null) return 1;
  parts.lastIndex = REPEATED.lastIndex;
  const [, least, most = least, sign] = repeated;
  if (sign !== undefined) return sign === '?' ? 1 : UNBOUNDED;
  return most === '' ? UNBOUNDED : Number(most);
}
