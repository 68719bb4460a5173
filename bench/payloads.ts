/** The calls the benchmark sends: the same bytes on every machine and in every run. */

export type Shape = 'text' | 'rows';

export interface Payload {
  /** As it stands in the names of the results: `5kb-text`. */
  readonly name: string;
  readonly shape: Shape;
  /** Length of the whole body. */
  readonly bytes: number;
  readonly body: string;
}

const SIZES = [
  ['0.5kb', 512],
  ['5kb', 5_120],
  ['50kb', 51_200],
] as const;

const WORDS = (
  'the report of this quarter shows that most requests were answered within a day while two of them waited for a person ' +
  'who had to approve what an agent wanted to write into the shared folder and nobody was asked twice for the same file'
).split(' ');

/** Text in three sizes; rows where there is room for more than a few. */
export const PAYLOADS: readonly Payload[] = SIZES.flatMap(([size, bytes]) =>
  (bytes < 1_024 ? (['text'] as const) : (['text', 'rows'] as const)).map((shape) => ({
    name: `${size}-${shape}`,
    shape,
    bytes,
    body: bodyOf(shape, bytes),
  })),
);

function bodyOf(shape: Shape, bytes: number): string {
  const empty = JSON.stringify(shape === 'text' ? textCall('') : rowsCall([], ''));
  const room = bytes - empty.length;
  return JSON.stringify(shape === 'text' ? textCall(prose(room)) : rowsCall(...rows(room)));
}

/** A few small members and one long text, as when a file is written. Keys in the order people write them, not sorted. */
function textCall(content: string): object {
  return call('write_file', {
    path: '/srv/workspace/reports/2026-11/summary.md',
    encoding: 'utf-8',
    overwrite: true,
    content,
  });
}

/** Many small members, as when rows are inserted. */
function rowsCall(list: readonly object[], comment: string): object {
  return call('insert_rows', { table: 'requests', dryRun: false, rows: list, comment });
}

function call(name: string, args: object): object {
  return {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name, arguments: args, _meta: { progressToken: 1 } },
  };
}

/** Sentences with line breaks and quotation marks, both of which JSON escapes, `room` bytes long once they are. */
function prose(room: number): string {
  let text = '';
  let used = 0;
  for (let i = 0; ; i++) {
    const word = WORDS[i % WORDS.length] as string;
    const next = i % 12 === 11 ? `${word}.\n` : i % 17 === 5 ? `"${word}" ` : `${word} `;
    const length = JSON.stringify(next).length - 2;
    if (used + length > room) return text + '.'.repeat(room - used);
    text += next;
    used += length;
  }
}

/** As many rows as fit, and dots for what is left. */
function rows(room: number): [list: object[], comment: string] {
  const list: object[] = [];
  let used = 0;
  for (let i = 0; ; i++) {
    const row = {
      id: 1_000 + i,
      owner: `${WORDS[i % 7]}.${WORDS[(i * 3) % 11]}@example.com`,
      state: i % 3 === 0 ? 'waiting' : 'answered',
      minutes: (i * 37) % 1_440,
      score: ((i * 7) % 100) / 4,
      urgent: i % 5 === 0,
      tags: [WORDS[(i * 5) % WORDS.length], WORDS[(i * 9) % WORDS.length]],
    };
    const length = JSON.stringify(row).length + (i === 0 ? 0 : 1);
    if (used + length > room) return [list, '.'.repeat(room - used)];
    list.push(row);
    used += length;
  }
}
