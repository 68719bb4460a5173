import { renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { OpenFile } from './open-file.ts';
import { look, type Loss } from './whereabouts.ts';

let path = '';
let file: OpenFile;
beforeEach(() => {
  path = join(temporaryFolder(), 'audit.jsonl');
  writeFileSync(path, 'abc');
  const opened = new OpenFile(path);
  onTestFinished(() => opened.close());
  file = opened;
});

const lossOf = (written = 3): Promise<Loss | undefined> => new Promise((resolve) => look(file, written, resolve));

const cases: Record<string, [happens: () => void, loss: Loss | undefined]> = {
  'nothing has happened to it': [() => {}, undefined],
  'somebody has added to it': [() => writeFileSync(path, 'abcdef'), undefined],
  'it was moved': [() => renameSync(path, `${path}.1`), 'moved'],
  'it was moved, and another is in its place': [
    () => {
      renameSync(path, `${path}.1`);
      writeFileSync(path, 'abc');
    },
    'moved',
  ],
  'it was removed': [() => rmSync(path), 'removed'],
  'it was removed, and another is in its place': [
    () => {
      rmSync(path);
      writeFileSync(path, 'abc');
    },
    'removed',
  ],
  'its folder was removed': [() => rmSync(join(path, '..'), { recursive: true }), 'removed'],
  'it was cut': [() => truncateSync(path, 2), 'truncated'],
  'it was moved, and a link leads to it': [
    () => {
      renameSync(path, `${path}.1`);
      symlinkSync(`${path}.1`, path);
    },
    undefined,
  ],
  'its path leads in a circle, which says nothing about it': [
    () => {
      renameSync(path, `${path}.1`);
      symlinkSync(path, path);
    },
    undefined,
  ],
};
for (const [name, [happens, loss]] of Object.entries(cases)) {
  test(`a file: ${name}`, async () => {
    happens();
    expect(await lossOf()).toBe(loss);
  });
}

test('bytes that are on their way are not taken for a cut', async () => {
  expect([await lossOf(3), await lossOf(4)]).toEqual([undefined, 'truncated']);
});
