/** What the comment at the top of each pack promises stands in its cases, and holds. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasPassed, runCaseFile } from '../../cli/policy-tests/run-cases.ts';

const folder = import.meta.dirname;
const packs = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const casesOf = (name: string): string => join('tests', name.replace('.yaml', '.test.yaml'));

test('every pack has its cases', () => {
  const cases = readdirSync(join(folder, 'tests')).map((name) => join('tests', name));
  expect(cases).toEqual(packs.map(casesOf));
});

describe.for(packs)('%s', (name) => {
  test.for(runCaseFile(join(folder, casesOf(name))))('$name', (result) => {
    expect(hasPassed(result), JSON.stringify(result, null, 2)).toBe(true);
  });
});
