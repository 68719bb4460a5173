/** What the comment at the top of each pack promises stands in its cases, and holds. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coverageOf } from '../../cli/policy-tests/coverage.ts';
import { hasPassed, runCaseFile } from '../../cli/policy-tests/run-cases.ts';

const folder = import.meta.dirname;
const packs = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const casesOf = (name: string): string => join('tests', name.replace('.yaml', '.test.yaml'));

test('every pack has its cases', () => {
  const cases = readdirSync(join(folder, 'tests')).map((name) => join('tests', name));
  expect(cases).toEqual(packs.map(casesOf));
});

describe.for(packs)('%s', async (name) => {
  const result = await runCaseFile(join(folder, casesOf(name)));

  test.for(result.cases)('$name', (one) => {
    expect(hasPassed(one), JSON.stringify(one, null, 2)).toBe(true);
  });

  test('has a case for each of its rules', () => {
    const own = coverageOf([result]).untouched.filter((id) => id.includes(`/${name.replace('.yaml', '')}#`));
    expect(own).toEqual([]);
  });
});
