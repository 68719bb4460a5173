import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { FileSource } from './file-source.ts';

it('is what lies in the file at each look, and says once what is wrong', async () => {
  const path = join(temporaryFolder(), 'key');
  writeFileSync(path, 'sk-one-0123456789', { mode: 0o600 });
  const problems: string[] = [];
  const source = new FileSource('api', path, (problem) => problems.push(problem));
  expect(source.look()).toMatchObject({ kind: 'found', secret: { value: 'sk-one-0123456789' } });
  writeFileSync(path, 'sk-second-0123456789');
  expect(source.look()).toMatchObject({ kind: 'found', secret: { value: 'sk-second-0123456789' } });
  expect(source.common.map(({ value }) => value)).toEqual(['sk-second-0123456789', 'sk-one-0123456789']);
  chmodSync(path, 0o644);
  for (const _ of [1, 2]) expect(source.look()).toMatchObject({ kind: 'refused' });
  expect(problems).toEqual([expect.stringMatching(/^credential api: the file .* has mode 0644.* chmod 600 /)]);
  rmSync(path);
  expect(source.look()).toMatchObject({ kind: 'refused', refusal: { reason: 'credentials-unavailable' } });
  expect(problems).toHaveLength(2);
  await new Promise<void>((done) => source.fetch(undefined, done));
});
