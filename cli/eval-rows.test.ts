import { expect, it } from 'vitest';
import { type EvalRow, readRows } from './eval-rows.ts';
import { folderWith } from './testing/run-cli.ts';

const ROW = { id: 'a-1', class: 'x/y', label: 'attack', value: '..', param: 'path' };

async function read(content: string | Uint8Array): Promise<EvalRow[]> {
  const rows: EvalRow[] = [];
  for await (const row of readRows(`${folderWith({ 'rows.jsonl': content })}/rows.jsonl`)) rows.push(row);
  return rows;
}

it('reads one row a line, whatever else the row has and however the lines end', async () => {
  const rows = await read(`${JSON.stringify({ ...ROW, source: 'x' })}\r\n\n${JSON.stringify({ ...ROW, id: 'a-2' })}`);
  expect(rows).toMatchObject([ROW, { ...ROW, id: 'a-2' }]);
  expect(rows.map(({ place }) => place.split('/').at(-1))).toEqual(['rows.jsonl:1', 'rows.jsonl:3']);
});

it('reads rows that are larger than what is read at once, and line separators inside of values', async () => {
  const value = `${'é'.repeat(200_000)}\u2028`;
  expect(await read(`${JSON.stringify({ ...ROW, value })}\n${JSON.stringify(ROW)}\n`)).toMatchObject([
    { value },
    { value: '..' },
  ]);
});

it.each([
  ['no JSON', '{"id": ', 'rows.jsonl:2: is no JSON object; each line is one'],
  ['a list', '[]', 'rows.jsonl:2: is no JSON object'],
  ['a row without a value', JSON.stringify({ ...ROW, value: undefined }), 'rows.jsonl:2: "value" is missing; a row is'],
  ['a number as value', JSON.stringify({ ...ROW, value: 1 }), 'rows.jsonl:2: "value" is no string'],
  ['another label', JSON.stringify({ ...ROW, label: 'evil' }), '2: "label" is "evil"; write attack or benign'],
  ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'rows.jsonl:2: is not UTF-8; save the file as UTF-8'],
])('names the line of %s', async (_, line, sentence) => {
  const lines = Buffer.concat([Buffer.from(`${JSON.stringify(ROW)}\n`), Buffer.from(line)]);
  const failure: unknown = await read(lines).catch((error: unknown) => error);
  const { message, mend } = failure as { message: string; mend: string };
  expect(`${message}; ${mend}`).toContain(sentence);
});

it('ends at a line that has no end', async () => {
  const failure: unknown = await read(Buffer.alloc(65 * 1024 * 1024, 'x')).catch((error: unknown) => error);
  expect((failure as Error).message).toContain('rows.jsonl:1: the line is longer than 64 MiB');
});
