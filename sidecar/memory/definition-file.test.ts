import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { DefinitionFile } from './definition-file.ts';
import { ACCEPTED_FILE, type DefinitionLine, SEEN_FILE, writeLine } from './definition-lines.ts';

const ADD = { kind: 'tool', name: 'add', digest: 'sha256:a' } as const;
let directory: string;
let accepted: (readonly DefinitionLine[])[];
const problems = vi.fn();
const open: DefinitionFile[] = [];
beforeEach(() => {
  directory = join(temporaryFolder(), 'pins');
  accepted = [];
  problems.mockReset();
});
afterEach(() => {
  for (const file of open.splice(0)) file.close();
});

function opened(): DefinitionFile {
  const file = new DefinitionFile({ directory, onAccepted: (lines) => accepted.push(lines), onProblem: problems });
  open.push(file);
  return file;
}

describe('what was seen', () => {
  it('is found by the gate after this one', () => {
    const first = opened();
    first.seen(ADD, '{\n  "name": "add"\n}');
    first.first(ADD);
    first.close();
    expect(opened().found()).toEqual([
      { said: 'seen', of: ADD, definition: { name: 'add' } },
      { said: 'first', of: ADD },
    ]);
  });

  it('is kept behind half of a line, which the gate before was cut off in', () => {
    const cut = opened();
    cut.first(ADD);
    cut.close();
    appendFileSync(join(directory, SEEN_FILE), '{"first":{"kind":"to');
    const file = opened();
    file.first({ ...ADD, name: 'sum' });
    expect(file.found().map(({ of }) => of.name)).toEqual(['add', 'sum']);
  });

  it('is written by one gate at a time', () => {
    const [first, second] = [opened(), opened()];
    second.first(ADD);
    first.first({ ...ADD, name: 'sum' });
    expect(readFileSync(join(directory, SEEN_FILE), 'utf8')).toBe(`${writeLine('first', { ...ADD, name: 'sum' })}\n`);
  });

  it('is not kept any more once it fills the disk, which is told once', () => {
    const file = opened();
    const large = JSON.stringify({ name: 'x'.repeat(12 * 1024 * 1024) });
    for (let i = 0; i < 5; i++) file.seen(ADD, large);
    expect(problems).toHaveBeenCalledOnce();
    expect(file.found().length).toBe(2);
  });
});

describe('what was accepted', () => {
  it('is told when it changes, and no sooner', () => {
    const file = opened();
    file.readAccepted();
    expect(accepted).toEqual([]);
    appendFileSync(join(directory, ACCEPTED_FILE), `${writeLine('accepted', ADD)}\n`);
    file.readAccepted();
    file.readAccepted();
    expect(accepted).toMatchObject([[{ said: 'accepted', of: ADD }]]);
  });

  it('is told by itself', async () => {
    opened();
    appendFileSync(join(directory, ACCEPTED_FILE), `${writeLine('accepted', ADD)}\n`);
    await vi.waitFor(() => expect(accepted).toHaveLength(1), 5_000);
  });

  it('is none when the file is gone', () => {
    const file = opened();
    appendFileSync(join(directory, ACCEPTED_FILE), `${writeLine('accepted', ADD)}\n`);
    file.readAccepted();
    rmSync(join(directory, ACCEPTED_FILE));
    file.readAccepted();
    expect(accepted.at(-1)).toEqual([]);
  });
});
