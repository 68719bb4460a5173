import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { readSharedPins, writeSharedPins } from './shared-pins-file.ts';

const snapshot = {
  pins: [{ kind: 'tool', name: 'add', first: 'a', accepted: ['b'], refused: [] }],
  clashes: [{ tool: 'add', server: 'wiki', other: 'add' }],
};

test('is there after a restart, and only as a whole', () => {
  const path = join(temporaryFolder(), 'shared.json');
  expect(readSharedPins(path)).toBeUndefined();
  writeSharedPins(path, snapshot);
  expect(readSharedPins(path)).toEqual(snapshot);
  writeFileSync(path, '{"pins":[');
  expect(readSharedPins(path)).toBeUndefined();
});
