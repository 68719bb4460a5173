/** What a gate makes of the suite's verdicts that does more than pass on, by name, in files that a person has read: filtered.yaml, resource.yaml. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

/** Why, by the name of the difference (compare.ts). */
export type ExpectedDifferences = ReadonlyMap<string, string>;

const schema = z.record(
  z.string(),
  z.array(z.strictObject({ because: z.string(), differences: z.array(z.string()).min(1) })),
);

/** `scenario`: where it is the only one that is run. */
export function expectedDifferences(
  part: 'filtered' | 'resource',
  spec: string,
  scenario?: string,
): ExpectedDifferences {
  const file = schema.parse(parse(readFileSync(join(import.meta.dirname, `${part}.yaml`), 'utf8')));
  const entries = (file[spec] ?? []).flatMap(({ because, differences }) =>
    differences.map((name): [string, string] => [name, because]),
  );
  const expected = new Map(entries);
  if (expected.size !== entries.length) throw new Error(`${part}.yaml names a difference of ${spec} twice`);
  if (scenario === undefined) return expected;
  return new Map([...expected].filter(([name]) => name.startsWith(`${scenario}:`)));
}
