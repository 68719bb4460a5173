/** JSON as `JSON.stringify(value, null, 2)` writes it, line by line, and which of the lines are about what is at some places. */

export interface JsonLine {
  readonly text: string;
  readonly isMarked: boolean;
}

/** `places`: JSON pointers (RFC 6901), as kept for people (core/shown/anywhere.ts): a name that is spelled out there is not found. */
export function jsonLines(value: unknown, places: readonly string[]): JsonLine[] {
  const lines: JsonLine[] = [];
  const write = (item: unknown, lead: string, tail: string, depth: number, pointer: string): void => {
    const indent = '  '.repeat(depth);
    const isMarked = places.some((place) => pointer === place || pointer.startsWith(`${place}/`));
    const entries = entriesOf(item);
    if (entries === undefined || entries.length === 0) {
      lines.push({ text: `${indent}${lead}${JSON.stringify(item)}${tail}`, isMarked });
      return;
    }
    const isList = Array.isArray(item);
    lines.push({ text: `${indent}${lead}${isList ? '[' : '{'}`, isMarked });
    for (const [at, [key, member]] of entries.entries()) {
      const name = isList ? '' : `${JSON.stringify(key)}: `;
      const part = key.replaceAll('~', '~0').replaceAll('/', '~1');
      write(member, name, at === entries.length - 1 ? '' : ',', depth + 1, `${pointer}/${part}`);
    }
    lines.push({ text: `${indent}${isList ? ']' : '}'}${tail}`, isMarked });
  };
  write(value, '', '', 0, '');
  return lines;
}

function entriesOf(value: unknown): [string, unknown][] | undefined {
  return typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
}
