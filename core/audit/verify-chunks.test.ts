import { describe, expect, test } from 'vitest';
import { Chain, lineHash } from './chain.ts';
import { closeRecord, openRecord } from './gate-record.ts';
import { pushLines, verifyChunks } from './verify-chunks.ts';
import { Verifier } from './verify.ts';

const chain = new Chain({ stream: 'pod-ü', server: 'ns/n' });
const lines = [chain.append(openRecord(0)), chain.append(closeRecord(1))];
const text = Buffer.from(`${lines.join('\n')}\n`);
const MAX = 1024 * 1024;

function pieces(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

test.each([1, 2, 7, 64, 10_000])('a file is the same in pieces of %i bytes', async (size) => {
  expect(await verifyChunks(pieces(text, size))).toEqual(await verifyChunks([text]));
  expect((await verifyChunks(pieces(text, size))).ok).toBe(true);
});

test('empty pieces are nothing', async () => {
  const empty = Buffer.alloc(0);
  expect((await verifyChunks([empty, text, empty])).lines).toBe(2);
});

describe('what follows the last newline', () => {
  test('is given back, in one', async () => {
    const rest = await pushLines(new Verifier(), [Buffer.from('a\nbc'), Buffer.from('de')]);
    expect(Buffer.from(rest).toString()).toBe('bcde');
  });
  test('is empty at the end of a whole file', async () => {
    expect(await pushLines(new Verifier(), [text])).toHaveLength(0);
  });
  test('is a finding of a file that stands for itself', async () => {
    const { findings } = await verifyChunks([text.subarray(0, -1)]);
    expect(findings.map(({ line, code }) => `${line} ${code}`)).toEqual(['2 partial-line']);
  });
});

describe('a line that is too long', () => {
  const long = Buffer.alloc(MAX + 1, 'x');

  test('is a finding, and the lines around it are read', async () => {
    const { findings, lines: count } = await verifyChunks([
      Buffer.from(`${lines[0]}\n`),
      long,
      Buffer.from('\n'),
      text,
    ]);
    expect(findings[0]).toMatchObject({ line: 2, code: 'line-too-long' });
    expect(count).toBe(4);
  });

  test.each([10_000, MAX + 1])('has the hash of its bytes, read in pieces of %i', async (size) => {
    expect((await verifyChunks([...pieces(long, size), Buffer.from('\n')])).head).toBe(lineHash(long));
  });

  test('is a line also where no newline follows, and leaves no rest', async () => {
    const verifier = new Verifier();
    expect(await pushLines(verifier, [long])).toHaveLength(0);
    expect(verifier.finish()).toMatchObject({ lines: 1, head: lineHash(long) });
  });

  test('begins one byte beyond what is kept', async () => {
    const { findings } = await verifyChunks([long.subarray(1), Buffer.from('\n')]);
    expect(findings.map(({ code }) => code)).toEqual(['broken-json']);
  });
});
