import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { Chain, lineHash } from '../../core/audit/chain.ts';
import { closeRecord, openRecord } from '../../core/audit/gate-record.ts';
import { NO_PREVIOUS_LINE } from '../../core/audit/record.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { auditFilesIn, describeAuditFile, readAuditFile } from './read-files.ts';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});

function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const chain = new Chain({ stream: 's', server: 'n' });
const lines = [chain.append(openRecord(0)), chain.append(closeRecord(1))];
const whole = `${lines.join('\n')}\n`;

describe('the audit files of a folder', () => {
  test('are told by their names, also as logrotate makes them', () => {
    for (const name of ['audit.jsonl', 'audit-000001.jsonl', 'audit.jsonl.1', 'a.jsonl-20261121.gz']) file(name, '');
    for (const name of ['audit.jsonl.lock', 'digest.key', 'sessions.jsonl', 'audit.jsonl.bak']) file(name, '');
    mkdirSync(join(folder, 'folder.jsonl'));
    expect(auditFilesIn(folder)).toEqual(
      ['a.jsonl-20261121.gz', 'audit-000001.jsonl', 'audit.jsonl', 'audit.jsonl.1'].map((name) => join(folder, name)),
    );
  });

  test('are the others when a name leads in a circle, or nowhere', () => {
    file('audit.jsonl', '');
    symlinkSync(join(folder, 'a.jsonl'), join(folder, 'a.jsonl'));
    symlinkSync(join(folder, 'gone'), join(folder, 'b.jsonl'));
    expect(auditFilesIn(folder)).toEqual([join(folder, 'audit.jsonl')]);
  });
});

async function read(path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readAuditFile(path)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('a file is read', () => {
  test('as it is, and unpacked where it is packed', async () => {
    expect(await read(file('a.jsonl', whole))).toBe(whole);
    expect(await read(file('a.jsonl.gz', gzipSync(whole)))).toBe(whole);
  });

  test('not at all where it is not there, or packed otherwise', async () => {
    await expect(read(join(folder, 'none'))).rejects.toThrow(/ENOENT/);
    await expect(read(join(folder, 'none.gz'))).rejects.toThrow(/ENOENT/);
    await expect(read(file('b.jsonl.gz', whole))).rejects.toThrow(/incorrect header/);
    await expect(read(file('c.jsonl.gz', gzipSync(whole).subarray(0, 40)))).rejects.toThrow(/unexpected end/);
  });
});

describe('the ends of a file', () => {
  const ends = { firstPrev: NO_PREVIOUS_LINE, firstTime: '1970-01-01T00:00:00.000Z' };
  const torn = `${whole}{"event`;
  const long = Buffer.alloc(3 * 1024 * 1024, 'x');

  test.each([
    ['whole', whole, lineHash(lines[1] ?? '')],
    ['of one line', `${lines[0]}\n`, lineHash(lines[0] ?? '')],
    ['whose last line is torn', torn, lineHash('{"event')],
    ['whose only line is torn', lines[0] ?? '', lineHash(lines[0] ?? '')],
    ['with an empty line at its end', `${whole}\n`, lineHash('')],
    ['whose last line is longer than any record', `${whole}${long.toString()}\n`, lineHash(long)],
    ['packed', gzipSync(whole), lineHash(lines[1] ?? '')],
  ])('%s', async (_name, content, lastHash) => {
    const path = file(Buffer.isBuffer(content) ? 'a.jsonl.gz' : 'a.jsonl', content);
    expect(await describeAuditFile(path, 'x')).toMatchObject({ name: 'x', ...ends, lastHash });
  });

  test('are none of a file without a byte', async () => {
    expect(await describeAuditFile(file('a.jsonl', ''))).toBeUndefined();
    expect(await describeAuditFile(file('a.jsonl.gz', gzipSync('')))).toBeUndefined();
  });

  test('say nothing of a beginning that is no record', async () => {
    const path = file('a.jsonl', `hello\n${whole}`);
    expect(await describeAuditFile(path)).toMatchObject({ name: 'a.jsonl', firstPrev: undefined, firstTime: '' });
    const other = file('b.jsonl', Buffer.concat([long, Buffer.from(`\n${whole}`)]));
    expect(await describeAuditFile(other)).toMatchObject({ firstPrev: undefined, lastHash: lineHash(lines[1] ?? '') });
  });

  test('are found without memory for what was packed to be large', async () => {
    const path = file('a.jsonl.gz', gzipSync(Buffer.alloc(64 * 1024 * 1024, 'x')));
    const before = process.memoryUsage().rss;
    expect(await describeAuditFile(path)).toMatchObject({ firstPrev: undefined });
    expect(process.memoryUsage().rss - before).toBeLessThan(48 * 1024 * 1024);
  });
});
