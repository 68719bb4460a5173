/** What the comment at the top of each pack promises stands in cases beside it, and holds. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coverageOf } from '../../cli/policy-tests/coverage.ts';
import { hasPassed, runCaseFile } from '../../cli/policy-tests/run-cases.ts';

const folder = import.meta.dirname;
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const packs = files.filter((name) => !name.endsWith('.test.yaml'));

test('every pack has its cases', () => {
  expect(files).toEqual(packs.flatMap((name) => [name.replace('.yaml', '.test.yaml'), name]).toSorted());
});

describe.for(packs)('%s', async (name) => {
  const result = await runCaseFile(join(folder, name.replace('.yaml', '.test.yaml')));

  test.for(result.cases)('$name', (one) => {
    expect(hasPassed(one), JSON.stringify(one, null, 2)).toBe(true);
  });

  test('has a case for each of its rules', () => {
    const own = coverageOf([result]).untouched.filter((id) => id.includes(`/${name.replace('.yaml', '')}#`));
    expect(own).toEqual([]);
  });
});
