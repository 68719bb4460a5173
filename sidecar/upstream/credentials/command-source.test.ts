import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { CommandSource } from './command-source.ts';
import type { Found } from './source.ts';

const fetched = async (source: CommandSource): Promise<Found> => {
  await new Promise<void>((done) => source.fetch(undefined, done));
  return source.look();
};

it('runs once for all who wait, and not again while what it printed is good', async () => {
  const log = join(temporaryFolder(), 'runs');
  const source = new CommandSource('api', ['sh', '-c', `echo run >> ${log}; echo sk-live-0123456789`], () => {});
  expect(source.look()).toEqual({ kind: 'pending' });
  const [one, other] = await Promise.all([fetched(source), fetched(source)]);
  expect(one).toMatchObject({ kind: 'found', secret: { value: 'sk-live-0123456789' } });
  expect(other).toEqual(one);
  expect(source.common).toHaveLength(1);
  expect(readFileSync(log, 'utf8')).toBe('run\n');
  // Refused right after it was printed: what the command prints now would be the same.
  if (one.kind === 'found') source.refused(one.secret);
  expect(source.look()).toEqual(one);
});

it('what it says wrongly is said, and not tried again by each call', async () => {
  const problems: string[] = [];
  const source = new CommandSource('api', ['sh', '-c', 'echo short'], (problem) => problems.push(problem));
  expect(await fetched(source)).toMatchObject({ kind: 'refused', refusal: { reason: 'credentials-unavailable' } });
  expect(source.look()).toMatchObject({ kind: 'refused' });
  expect(problems).toEqual([expect.stringMatching(/^credential api: the command sh has fewer than 8 characters/)]);
});

it('is waited for by nobody who has left', async () => {
  const source = new CommandSource('api', ['sleep', '30'], () => expect.fail('nobody waits'));
  source.fetch(undefined, () => expect.fail('nobody waits'))();
  source.close();
});
