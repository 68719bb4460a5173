/**
 * Every `testdata/NAME.yaml` is a case: namespace, servers, settings and pod as documents of one file. `NAME.expected.yaml` is what has
 * to come out. `UPDATE_GOLDEN=1 npm run test:unit -- operator/injection` writes those anew.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyPatch } from 'rfc6902';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { FEATURES } from '../../core/policy/features.ts';
import { inject, type Injection } from './inject.ts';
import { readCase } from './testing/read-case.ts';
import { REFUSE_REASONS, SKIP_REASONS } from './verdict.ts';

const FOLDER = join(import.meta.dirname, 'testdata');
const EXPECTED = '.expected.yaml';
const update = process.env['UPDATE_GOLDEN'] === '1';

const files = readdirSync(FOLDER);
const cases = files.filter((file) => !file.endsWith(EXPECTED)).map((file) => file.replace(/\.yaml$/, ''));

/** Grows with every field of packs; what comes of it is not what these cases are about. */
const EVERY_FEATURE = JSON.stringify(FEATURES.map(({ name }) => name));

function written({ verdict, pod }: Injection): string {
  const said =
    verdict.kind === 'inject'
      ? { verdict: verdict.kind, server: verdict.server.metadata.name }
      : { verdict: verdict.kind, reason: verdict.reason, message: verdict.message };
  const documents = verdict.kind === 'refuse' ? [said] : [said, pod];
  const text = documents.map((document) => stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }));
  return text.join('---\n').replaceAll(EVERY_FEATURE, '["every feature"]');
}

describe.each(cases)('%s', (name) => {
  const { pod, context } = readCase(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8'));
  const before = JSON.stringify(pod);
  const result = inject(pod, context);

  it('comes out as expected', () => {
    const file = join(FOLDER, `${name}${EXPECTED}`);
    if (update) writeFileSync(file, written(result));
    expect(existsSync(file), `${name}${EXPECTED} is missing; run with UPDATE_GOLDEN=1 and read what it writes`).toBe(
      true,
    );
    expect(written(result)).toBe(readFileSync(file, 'utf8'));
  });

  it('leaves the pod it was given as it was, and says the difference as a patch', () => {
    expect(JSON.stringify(pod)).toBe(before);
    const patched = structuredClone(pod);
    expect(applyPatch(patched, structuredClone([...result.patch])).filter((error) => error !== null)).toEqual([]);
    expect(patched).toEqual(result.pod);
    if (result.verdict.kind === 'refuse') expect(result.patch).toEqual([]);
  });

  it('changes nothing in a second pass', () => {
    const second = inject(structuredClone(result.pod), context);
    expect(second.patch).toEqual([]);
    expect(second.verdict.kind).toBe(result.verdict.kind);
  });
});

it('has a case for every verdict and reason', () => {
  const seen = new Set<string>();
  for (const name of cases) {
    const { pod, context } = readCase(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8'));
    const { verdict } = inject(pod, context);
    seen.add(verdict.kind === 'inject' ? 'inject' : verdict.reason);
  }
  expect([...seen].sort()).toEqual(['inject', ...SKIP_REASONS, ...REFUSE_REASONS].sort());
});

it('has no expectation without its case', () => {
  const expected = files.filter((file) => file.endsWith(EXPECTED)).map((file) => file.slice(0, -EXPECTED.length));
  expect(expected.filter((name) => !cases.includes(name))).toEqual([]);
});
