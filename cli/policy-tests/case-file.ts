/** A file of cases: what is called, answered, listed or asked, and what a policy is meant to make of each. */
import * as z from 'zod';
import { loadValue } from '../../core/api/load-value.ts';
import type { Problem } from '../../core/api/problem.ts';
import { caseSchema, type listsSchema, momentFields, type PolicyCase, principalSchema, text } from './case-schema.ts';

const fileSchema = z.strictObject({
  policy: z
    .union([text, z.array(text).min(1).max(100)], 'is no path; write that of a file or folder, or a list of them')
    .optional()
    .describe(
      'The policy file or folder, or several, from this file. Default: NAME.yaml for tests/NAME.test.yaml or NAME.test.yaml beside it, else the folder.',
    ),
  server: z
    .strictObject({
      name: text.optional().describe('Which MCPServer, where there are several.'),
      namespace: text.optional().describe('Of the MCPServer to assume, where there is none. Default: default.'),
      labels: z.record(z.string(), z.string()).optional().describe('The same, for packs with targets. Default: none.'),
    })
    .optional()
    .describe('The server that calls are meant for.'),
  enforce: z.boolean().optional().describe('What is in shadow acts, as it will once it is rolled out. Default: false.'),
  as: principalSchema.optional(),
  ...momentFields,
  tools: z
    .union(
      [text, z.array(z.record(z.string(), z.unknown())).max(10_000)],
      'is no list of tools; write the list itself, or the path of a file with it',
    )
    .optional()
    .describe(
      'What the server lists as tools, where a case does not say: the answer to tools/list, as a file from this one, or the list.',
    ),
  tests: z.array(caseSchema).min(1).max(10_000).describe('The cases. Required.'),
});

export type Lists = z.infer<typeof listsSchema>;

export interface CaseFile extends Omit<z.infer<typeof fileSchema>, 'tests'> {
  readonly tests: readonly PlacedCase[];
}

export type PlacedCase = PolicyCase & { readonly line: number };

const EXPECTED = { message: 'expected a mapping with tests', mend: 'see: sallyport test --help' };

export function readCaseFile(content: string, file: string): CaseFile | { readonly problems: readonly Problem[] } {
  const loaded = loadValue(content, file, fileSchema, EXPECTED);
  if ('problems' in loaded) return loaded;
  const { tests, ...rest } = loaded.value;
  return { ...rest, tests: tests.map((one, i) => Object.assign(one, { line: loaded.position(['tests', i]).line })) };
}
