/**
 * What gates have on disk stays what it is: the same packs give the same bytes, and so the same revision, in every release that writes
 * this format. Cases are the packs of `examples/` and `testdata/*.yaml`; `testdata/NAME.bundle` holds the bundle and, below it, the
 * revision of each pack. `UPDATE_GOLDEN=1 npm run test:unit -- core/policy` writes those that are missing, and never one that is there.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDocuments } from '../api/load.ts';
import { sha256 } from '../digest.ts';
import { compile, packRevision } from './compile.ts';
import { Policy } from './policy.ts';
import { readBundle } from './read-bundle.ts';
import { server } from './testing/gen.ts';

const GOLDEN = join(import.meta.dirname, 'testdata');
const EXAMPLES = join(import.meta.dirname, '../../examples');
const EXPECTED = '.bundle';

const yamlOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('.test.yaml'))
    .map((file) => join(folder, file));
const nameOf = (file: string): string =>
  file.startsWith(EXAMPLES) && basename(file) === 'policy.yaml'
    ? `${basename(dirname(file))}-policy`
    : basename(file, '.yaml');
const cases = [...yamlOf(EXAMPLES), ...yamlOf(GOLDEN)].flatMap((file) => {
  const { documents, problems } = loadDocuments(readFileSync(file, 'utf8'), file, { leaveOutOthers: true });
  // A document with a problem would be missing from the case without anybody noticing.
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const packs = documents.filter((document) => document.kind === 'PolicyPack').map(({ value }) => value);
  const given = documents.find((document) => document.kind === 'MCPServer');
  return packs.length === 0 ? [] : [{ name: nameOf(file), packs, given: given?.value }];
});

describe.each(cases)('$name', ({ name, packs, given }) => {
  const plain = server();
  const namespace = packs[0]?.metadata.namespace ?? 'default';
  const of = given ?? { ...plain, metadata: { ...plain.metadata, namespace } };
  const { text, revision } = compile(of, packs);
  const file = join(GOLDEN, `${name}${EXPECTED}`);
  const written = [text, ...packs.map((pack) => `${pack.metadata.name} ${packRevision(pack)}`), ''].join('\n');

  it('is compiled to the bytes that gates have', () => {
    if (!existsSync(file) && process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, written);
    expect(written).toBe(readFileSync(file, 'utf8'));
  });

  it('is read back from these bytes as the same revision', () => {
    const [stored = ''] = readFileSync(file, 'utf8').split('\n');
    const policy = readBundle(stored);
    expect(policy).toBeInstanceOf(Policy);
    expect(policy).toMatchObject({ revision });
  });
});

describe('what earlier operators have written', () => {
  const before = join(GOLDEN, 'before');

  it.each(readdirSync(before))('%s is read, and is the revision of its bytes', (file) => {
    const stored = readFileSync(join(before, file), 'utf8');
    expect(readBundle(stored)).toMatchObject({ revision: sha256(stored), bundle: JSON.parse(stored) as object });
  });
});

it('has no bundle left over of a case that is gone', () => {
  const stored = readdirSync(GOLDEN).filter((file) => file.endsWith(EXPECTED));
  expect(stored.toSorted()).toEqual(cases.map(({ name }) => `${name}${EXPECTED}`).toSorted());
});
