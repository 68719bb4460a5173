import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { lineHash } from '../../core/audit/chain.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { FileSeries } from './file-series.ts';

let folder = '';
let asked = '';
beforeEach(() => {
  folder = temporaryFolder();
  asked = join(folder, 'audit.jsonl');
});

function open(path = asked): FileSeries {
  const series = new FileSeries(path);
  onTestFinished(() => series.close());
  return series;
}

/** As the writer of lines does. */
function write(series: FileSeries, text: string): void {
  series.current.bytes += writeSync(series.current.fd, text);
}
const contentOf = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('the file that is written to', () => {
  test('is the one that was asked for', () => expect(open().current.path).toBe(asked));

  test('is one of its own when a living gate has that one', () => {
    open();
    const own = join(folder, `audit.${process.pid}.jsonl`);
    expect(open().current.path).toBe(own);
    expect(() => new FileSeries(asked)).toThrow(`${asked} is in use, and so is ${own}`);
  });

  test('is what a link leads to, so that it is that which is renamed when it is full', () => {
    writeFileSync(join(folder, 'real.jsonl'), '');
    symlinkSync(join(folder, 'real.jsonl'), asked);
    expect(open().current.path).toBe(join(folder, 'real.jsonl'));
  });

  test('is free again when it was no file', () => {
    mkdirSync(asked);
    expect(() => new FileSeries(asked)).toThrow(/is a folder/);
    rmSync(asked, { recursive: true });
    expect(open().current.path).toBe(asked);
  });
});

describe('what the next line is linked to', () => {
  test('is nothing where no line was ever written', () => expect(open().link()).toBeUndefined());

  test('is the last line of the file', () => {
    writeFileSync(asked, 'a\nb\n');
    expect(open().link()).toEqual({ hash: lineHash('b'), file: undefined });
  });

  test('is a torn last line, which gets its newline', () => {
    writeFileSync(asked, 'a\nb');
    const series = open();
    expect(series.link()).toEqual({ hash: lineHash('b'), file: undefined });
    expect([contentOf('audit.jsonl'), series.current.bytes]).toEqual(['a\nb\n', 4]);
  });

  test('is the last line of the file before, where there is none in this one', () => {
    writeFileSync(join(folder, 'audit-000001.jsonl'), 'a\n');
    expect(open().link()).toEqual({ hash: lineHash('a'), file: 'audit-000001.jsonl' });
  });

  test('is nothing where the file before is empty', () => {
    writeFileSync(join(folder, 'audit.jsonl.1'), '');
    expect(open().link()).toBeUndefined();
  });
});

describe('the age of the file', () => {
  test('is what its first line says', () => {
    writeFileSync(asked, '{"event":"open","time":"2026-01-01T00:00:00.000Z"}\n{"time":"2020-01-01T00:00:00.000Z"}\n');
    expect(open().begunAt).toBe(Date.parse('2026-01-01T00:00:00Z'));
  });
  test.each([
    ['of an empty file', ''],
    ['of a line without a time', '{}\n{"time":"2026-01-01T00:00:00Z"}\n'],
    ['of a time that is none', '{"time":"soon"}\n'],
  ])('is not known %s', (_name, content) => {
    writeFileSync(asked, content);
    expect(open().begunAt).toBeUndefined();
  });
});

describe('the next file', () => {
  test.each(['size', 'age'] as const)('begins beside the one that was full by %s, which gets a number', (reason) => {
    writeFileSync(join(folder, 'audit-000004.jsonl'), '');
    const series = open();
    write(series, 'a\n');
    const next = series.prepare(reason);
    expect(next.continues).toBe('audit-000005.jsonl');
    expect(next.begin(series.current).path).toBe(asked);
    expect([contentOf('audit-000005.jsonl'), contentOf('audit.jsonl')]).toEqual(['a\n', '']);
    expect(series.prepare(reason).continues).toBe('audit-000006.jsonl');
  });

  test('may be begun again after a fault, when the one before has its number already', () => {
    const series = open();
    write(series, 'a\n');
    const next = series.prepare('size');
    renameSync(asked, join(folder, 'audit-000001.jsonl'));
    next.begin(series.current);
    expect(contentOf('audit-000001.jsonl')).toBe('a\n');
  });

  test('of a file that was moved says no name, and leaves it where it is', () => {
    const series = open();
    write(series, 'a\n');
    renameSync(asked, `${asked}.1`);
    const next = series.prepare('moved');
    expect(next.continues).toBeUndefined();
    next.begin(series.current);
    expect([contentOf('audit.jsonl.1'), contentOf('audit.jsonl')]).toEqual(['a\n', '']);
  });

  test('of a file that was removed begins with what nobody else ever had of it', () => {
    const series = open();
    write(series, 'seen\n');
    series.current.confirmed = 5;
    write(series, 'unseen\n');
    rmSync(asked);
    expect(series.prepare('removed').begin(series.current).bytes).toBe(7);
    expect(contentOf('audit.jsonl')).toBe('unseen\n');
  });

  test('of a file that was cut keeps what was written to it since', () => {
    const series = open();
    write(series, 'lost\n');
    truncateSync(asked, 0);
    write(series, 'rest\n');
    series.prepare('truncated').begin(series.current);
    expect([contentOf('audit-000001.jsonl'), contentOf('audit.jsonl')]).toEqual(['rest\n', '']);
  });

  test('of a file that was cut to nothing takes its place', () => {
    const series = open();
    write(series, 'lost\n');
    truncateSync(asked, 0);
    series.prepare('truncated').begin(series.current);
    expect(existsSync(join(folder, 'audit-000001.jsonl'))).toBe(false);
  });

  test('begins in a folder that was cleared, under a lock of its own', () => {
    const series = open();
    rmSync(folder, { recursive: true });
    series.prepare('removed').begin(series.current);
    expect(statSync(asked).isFile()).toBe(true);
    expect(readFileSync(`${asked}.lock`, 'utf8')).toBe(`${process.pid}\n`);
  });

  test('gets out of the way of a gate that came first in a folder that was cleared', () => {
    const series = open();
    rmSync(asked);
    writeFileSync(`${asked}.lock`, '1\n');
    expect(series.prepare('removed').begin(series.current).path).toBe(join(folder, `audit.${process.pid}.jsonl`));
  });
});
