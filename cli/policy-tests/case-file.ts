/** A file of cases: calls, and what a policy is meant to make of each. */
import * as z from 'zod';
import { EFFECTS } from '../../core/api/effects.ts';
import { loadValue } from '../../core/api/load-value.ts';
import type { Problem } from '../../core/api/problem.ts';
import type { TargetKind } from '../../core/mcp/catalogue.ts';
import { CLIENT_REQUEST_KINDS } from '../../core/mcp/client-request.ts';

const text = z.string().min(1).max(4096);

const principalSchema = z
  .strictObject({
    name: text.describe('Name of the principal. Required.'),
    groups: z.array(text).max(64).optional().describe('Its groups. Default: none.'),
  })
  .describe('Who calls. Default: an anonymous caller.');

const findingSchema = z.strictObject({
  detector: text.optional().describe('Such as path.'),
  reason: text.optional().describe('Such as outside-roots.'),
  at: z.string().max(4096).optional().describe('JSON Pointer to the value, from the arguments: /path.'),
});

/** `asks` is what a server may ask of its client. */
const CALLS = ['tool', 'resource', 'prompt', 'method', 'asks'] as const;
const ONE_CALL =
  'a case needs one of tool, resource, prompt, method and asks; write for example `tool: read_file`, and a case for each call';

const caseSchema = z
  .strictObject({
    name: text.describe('What the case shows, as a sentence. Required.'),
    as: principalSchema.optional(),
    tool: text.optional().describe('The tool that is called.'),
    resource: text.optional().describe('Or the URI of the resource that is read.'),
    prompt: text.optional().describe('Or the prompt that is asked for.'),
    method: text.optional().describe('Or the method, where no revision of MCP has it.'),
    asks: z.enum(CLIENT_REQUEST_KINDS).optional().describe('Or what the server asks of its client.'),
    url: text.optional().describe('Where a server sends a person, with `asks: urlElicitation`.'),
    arguments: z.record(z.string(), z.unknown()).optional().describe('Of the tool. Default: {}.'),
    expect: z.enum(EFFECTS).describe('The decision. Required.'),
    rules: z
      .array(text)
      .max(64)
      .optional()
      .describe('Rules that carry the decision, as NAMESPACE/PACK#RULE, PACK#RULE or RULE; all of them.'),
    findings: z.array(findingSchema).max(64).optional().describe('What detectors find; all of it.'),
    message: text.optional().describe('A part of what the model reads when it is refused.'),
    would: z
      .enum([...EFFECTS, 'Nothing'])
      .optional()
      .describe('What rules in shadow would have made of it, where that is stricter; Nothing: they would not.'),
  })
  .superRefine((one, ctx) => {
    if (CALLS.filter((kind) => one[kind] !== undefined).length !== 1)
      ctx.addIssue({ code: 'custom', message: ONE_CALL });
    if (one.arguments !== undefined && one.tool === undefined) {
      const message = 'only a tool has arguments; remove them, or write the tool';
      ctx.addIssue({ code: 'custom', path: ['arguments'], message });
    }
    if (one.message !== undefined && one.expect !== 'Deny') {
      const message = 'only who is refused reads a message; remove it, or expect Deny';
      ctx.addIssue({ code: 'custom', path: ['message'], message });
    }
  });

export type PolicyCase = z.infer<typeof caseSchema>;

const fileSchema = z.strictObject({
  policy: text
    .optional()
    .describe(
      'The policy file or folder, from this file. Default: NAME.yaml for tests/NAME.test.yaml or NAME.test.yaml beside it, else the folder.',
    ),
  server: z
    .strictObject({
      name: text.optional().describe('Which MCPServer, where there are several.'),
      namespace: text.optional().describe('Of the MCPServer to assume, where there is none. Default: default.'),
      labels: z.record(z.string(), z.string()).optional().describe('The same, for packs with targets. Default: none.'),
    })
    .optional()
    .describe('The server that calls are meant for.'),
  as: principalSchema.optional(),
  tests: z.array(caseSchema).min(1).max(10_000).describe('The cases. Required.'),
});

export interface CaseFile extends Omit<z.infer<typeof fileSchema>, 'tests'> {
  readonly tests: readonly (PolicyCase & { readonly line: number })[];
}

const EXPECTED = { message: 'expected a mapping with tests', mend: 'see: sallyport test --help' };

export function readCaseFile(content: string, file: string): CaseFile | { readonly problems: readonly Problem[] } {
  const loaded = loadValue(content, file, fileSchema, EXPECTED);
  if ('problems' in loaded) return loaded;
  const { tests, ...rest } = loaded.value;
  return { ...rest, tests: tests.map((one, i) => Object.assign(one, { line: loaded.position(['tests', i]).line })) };
}

/** What a case calls; the schema says that there is exactly one. */
export function callOf(one: PolicyCase): { readonly kind: TargetKind | 'asks'; readonly name: string } {
  const kind = CALLS.find((key) => one[key] !== undefined) ?? 'tool';
  return { kind, name: one[kind] ?? '' };
}
