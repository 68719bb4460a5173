import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { lineHash } from '../../core/audit/chain.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import * as siblings from './siblings.ts';

let folder = '';
let asked = '';
beforeEach(() => {
  folder = temporaryFolder();
  asked = join(folder, 'audit.jsonl');
});

/** Files, the first of them the oldest. */
function files(...names: string[]): void {
  for (const [i, name] of names.entries()) {
    writeFileSync(join(folder, name), 'x\n');
    utimesSync(join(folder, name), 1000 + i, 1000 + i);
  }
}
/** The name of a link that leads to itself. */
const circle = (name: string): void => symlinkSync(join(folder, name), join(folder, name));

test('names say whose a file is, and which one', () => {
  expect(siblings.ownNameOf('/a/audit.jsonl')).toBe(`/a/audit.${process.pid}.jsonl`);
  expect(siblings.ownNameOf('/a/log')).toBe(`/a/log.${process.pid}.jsonl`);
  expect(siblings.fullName('/a/audit.jsonl', 7)).toBe('/a/audit-000007.jsonl');
  expect(siblings.fullName('/a/audit.jsonl', 12_345_678)).toBe('/a/audit-12345678.jsonl');
});

describe('the next number', () => {
  test('is one where there are no full files, or no folder', () => {
    files('audit.jsonl', 'other-000009.jsonl');
    expect(siblings.nextNumber(asked)).toBe(1);
    expect(siblings.nextNumber(join(folder, 'none', 'audit.jsonl'))).toBe(1);
  });

  test('is one more than the highest, whatever is missing below it', () => {
    files('audit-000003.jsonl', 'audit-000012.jsonl', 'audit-1000000.jsonl', 'audit.7-000099.jsonl', 'audit-5.jsonl');
    expect(siblings.nextNumber(asked)).toBe(1_000_001);
  });
});

describe('what may be let go', () => {
  const names = (writtenTo = asked): string[] => siblings.releasable(asked, writtenTo).map(({ name }) => name);

  test('is full files and those that second gates have left, the oldest first', () => {
    files('audit.7-000001.jsonl', 'audit-000002.jsonl', 'audit.7.jsonl', 'audit-000001.jsonl', 'audit.jsonl');
    expect(names()).toEqual(['audit.7-000001.jsonl', 'audit-000002.jsonl', 'audit.7.jsonl', 'audit-000001.jsonl']);
  });

  test('is not the file that is written to, nor the one that was asked for', () => {
    files('audit.jsonl', 'audit.8.jsonl', 'audit.8-000001.jsonl');
    expect(names(join(folder, 'audit.8.jsonl'))).toEqual(['audit.8-000001.jsonl']);
  });

  test('is nothing of a gate that lives', () => {
    files('audit.1.jsonl', 'audit.1-000001.jsonl', 'audit-000001.jsonl');
    writeFileSync(join(folder, 'audit.1.jsonl.lock'), '1\n');
    expect(names()).toEqual(['audit-000001.jsonl']);
  });

  test('is nothing of another log, and nothing that is not a file of a log', () => {
    files(
      'other-000001.jsonl',
      'audit2-000001.jsonl',
      'audit.x.jsonl',
      'audit.jsonl.1',
      'digest.key',
      'audit-12.jsonl',
    );
    mkdirSync(join(folder, 'audit-000009.jsonl'));
    expect(names()).toEqual([]);
  });

  test('is the others when a name leads in a circle', () => {
    files('audit-000001.jsonl');
    circle('audit-000002.jsonl');
    expect(names()).toEqual(['audit-000001.jsonl']);
  });
});

describe('the file that a new one goes on from', () => {
  const before = (): string | undefined => siblings.predecessorOf(asked)?.name;

  test('is the full one that was written to last', () => {
    files('audit-000002.jsonl', 'audit-000001.jsonl');
    expect(before()).toBe('audit-000001.jsonl');
  });
  test.each(['audit.jsonl.1', 'audit.jsonl-20261121'])('is what logrotate has made of it: %s', (name) => {
    files('audit-000001.jsonl', name);
    expect(before()).toBe(name);
  });
  test('is none of another gate, nor what is packed', () => {
    files('audit.7-000001.jsonl', 'audit.7.jsonl', 'audit.jsonl.1.gz', 'audit.jsonl.lock');
    expect(before()).toBeUndefined();
  });
  test('is another one when a name leads in a circle, so that a gate starts', () => {
    files('audit-000001.jsonl');
    circle('audit-000002.jsonl');
    expect(before()).toBe('audit-000001.jsonl');
  });
});

describe('the hash of a last line', () => {
  test('is that of its bytes, torn or not', () => {
    writeFileSync(asked, 'a\nb');
    expect(siblings.lastLineHash(asked)).toBe(lineHash('b'));
  });
  test('is none of a file that is empty, or gone', () => {
    writeFileSync(asked, '');
    expect(siblings.lastLineHash(asked)).toBeUndefined();
    expect(siblings.lastLineHash(join(folder, 'none'))).toBeUndefined();
  });
  test('is an error where it cannot be read', () => expect(() => siblings.lastLineHash(folder)).toThrow(/EISDIR/));
});
