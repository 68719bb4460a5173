/** What a case can say. */
import * as z from 'zod';
import { EFFECTS } from '../../core/api/effects.ts';
import { CLIENT_REQUEST_KINDS } from '../../core/mcp/client-request.ts';
import { LEGACY_VERSIONS } from '../../core/mcp/revisions/index.ts';

export const text = z.string().min(1).max(4096);
/** What is said in a message may be long. */
const said = z.string().max(1_048_576);
const object = z.record(z.string(), z.unknown());

export const principalSchema = z
  .strictObject({
    name: text.describe('Name of the principal. Required.'),
    groups: z.array(text).max(64).optional().describe('Its groups. Default: none.'),
    issuer: text
      .optional()
      .describe('The issuer of its JSON Web Token, as in access.jwt. Default: it has a client token.'),
    scopes: z.array(text).max(64).optional().describe('The scopes of that token. Default: none.'),
  })
  .refine(({ issuer, scopes }) => scopes === undefined || issuer !== undefined, {
    path: ['scopes'],
    message: 'are those of a token that an issuer has signed; write issuer, too',
  })
  .describe('Who calls. Default: an anonymous caller.');

/** What conditions know of a call beside what it says. */
export const momentFields = {
  now: z
    .string()
    .max(64)
    .refine((time) => !Number.isNaN(Date.parse(time)), 'is no time; write for example "2026-01-31T08:00:00Z"')
    .optional()
    .describe('When it is called, for conditions that read `now`. Default: when the test is run.'),
  session: z
    .strictObject({
      protocol: z.enum(LEGACY_VERSIONS).describe('The revision of MCP that its client speaks. Required.'),
    })
    .optional()
    .describe('In which session, for conditions that read `session`. Default: one that speaks 2025-11-25.'),
};

const findingSchema = z.strictObject({
  detector: text.optional().describe('Such as path.'),
  reason: text.optional().describe('Such as outside-roots.'),
  at: z
    .string()
    .max(4096)
    .optional()
    .describe('JSON Pointer to the value, from the arguments (/path), the result (/content/0/text) or the definition.'),
});

const rules = z
  .array(text)
  .max(64)
  .describe('Rules that carry the decision, as NAMESPACE/PACK#RULE, PACK#RULE or RULE; all of them.');
const findings = z.array(findingSchema).max(64).describe('What detectors find; all of it.');

const items = z.array(object).max(10_000);
export const listsSchema = z
  .strictObject({
    tools: items.optional().describe('As in an answer to tools/list.'),
    prompts: items.optional().describe('As in an answer to prompts/list.'),
    resources: items.optional().describe('As in an answer to resources/list.'),
    resourceTemplates: items.optional().describe('As in an answer to resources/templates/list.'),
    instructions: said.optional().describe('As in an answer to initialize.'),
  })
  .describe('What the server lists.');

const eventSchema = z
  .strictObject({
    progress: said.optional().describe('The message of a progress notification.'),
    log: z.unknown().optional().describe('The data of a log message: a text or anything else.'),
    method: text.optional().describe('Or the method of any other notification.'),
    params: object.optional().describe('With `method`.'),
  })
  .refine((one) => [one.progress, one.log, one.method].filter((is) => is !== undefined).length === 1, {
    message: 'a message needs one of progress, log and method; write for example `- {log: done}`',
  });

const parts = z
  .union([said, z.array(said).min(1).max(1000)], 'is no text; put it in quotes, or write a list of texts')
  .describe('A text, or several.');

const wouldSchema = z.union(
  [
    z.enum([...EFFECTS, 'Nothing']),
    z.strictObject({
      expect: z.enum([...EFFECTS, 'Nothing']).describe('What they would have made of it. Required.'),
      rules: rules.optional(),
      findings: findings.optional(),
    }),
  ],
  'is no decision; write for example `would: Deny`',
);

const resultSchema = z.union(
  [said, z.array(said).min(1).max(1000), object],
  'is no answer; write a text in quotes, a list of texts, or a result as MCP has it',
);
const errorSchema = z.union(
  [said, z.strictObject({ code: z.int().optional(), message: said, data: z.unknown().optional() })],
  'is no error; write its message in quotes, or a mapping with code, message and data',
);

const ONE_CALL = 'an earlier call needs one of tool, resource and prompt; write for example `{tool: read_file}`';

const earlierSchema = z
  .strictObject({
    tool: text.optional().describe('The tool that was called.'),
    resource: text.optional().describe('Or the URI of the resource that was read.'),
    prompt: text.optional().describe('Or the prompt that was asked for.'),
    arguments: object.optional().describe('Of the tool or the prompt. Default: {}.'),
    result: resultSchema.optional().describe('What the server answered. Default: nothing, with success.'),
    error: errorSchema.optional().describe('Or the error that it answered with.'),
    times: z.int().min(1).max(1000).optional().describe('How often, one after the other. Default: 1.'),
  })
  .refine(
    ({ tool, resource, prompt }) => [tool, resource, prompt].filter((one) => one !== undefined).length === 1,
    ONE_CALL,
  )
  .refine(({ result, error }) => result === undefined || error === undefined, {
    path: ['error'],
    message: 'stands beside a result; remove one of them, since a server answers once',
  });

/** `asks` is what a server may ask of its client, `lists` what it lists. */
const SUBJECTS = ['tool', 'resource', 'prompt', 'method', 'asks'] as const;
const ONE_SUBJECT =
  'a case needs one of tool, resource, prompt, method, asks and lists; write for example `tool: read_file`, and a case for each call';

export const caseSchema = z
  .strictObject({
    name: text.describe('What the case shows, as a sentence. Required.'),
    as: principalSchema.optional(),
    ...momentFields,
    tool: text.optional().describe('The tool that is called.'),
    resource: text.optional().describe('Or the URI of the resource that is read.'),
    prompt: text.optional().describe('Or the prompt that is asked for.'),
    method: text.optional().describe('Or the method, where no revision of MCP has it.'),
    asks: z.enum(CLIENT_REQUEST_KINDS).optional().describe('Or what the server asks of its client.'),
    url: text.optional().describe('Where a server sends a person, with `asks: urlElicitation`.'),
    params: object.optional().describe('What the server asks, with `asks`: as in the params of its request.'),
    arguments: object.optional().describe('Of the tool or the prompt. Default: {}.'),
    lists: listsSchema
      .optional()
      .describe('What the server lists: the case is about that, or it is there before the call.'),
    before: listsSchema.optional().describe('What it listed when it was used first.'),
    accepted: z.boolean().optional().describe('A person has accepted what it lists. Default: false.'),
    earlier: z
      .array(earlierSchema)
      .min(1)
      .max(100)
      .optional()
      .describe('Calls of the same caller that came before, in order, in the same session. All of them have to pass.'),
    result: resultSchema
      .optional()
      .describe(
        'What the server answers, which the case is about then: a text, several blocks of text, or a result as in MCP.',
      ),
    error: errorSchema
      .optional()
      .describe('Or the error that it answers with: its message, or a mapping with code, message and data.'),
    messages: z.array(eventSchema).min(1).max(1000).optional().describe('What it says before it answers, as events.'),
    expect: z.enum(EFFECTS).describe('The decision. Required.'),
    rules: rules.optional(),
    findings: findings.optional(),
    message: text.optional().describe('A part of what the model reads when it is refused.'),
    would: wouldSchema
      .optional()
      .describe('What rules in shadow would have made of it, where that is stricter; Nothing: they would not.'),
    shows: parts.optional().describe('What of it arrives: each is part of some text, or the name of something listed.'),
    hides: parts.optional().describe('What of it does not.'),
    sends: object.optional().describe('The arguments that reach the server.'),
  })
  .superRefine((one, ctx) => {
    const fault = (field: string, message: string): void => {
      ctx.addIssue({ code: 'custom', path: [field], message });
    };
    const subjects = SUBJECTS.filter((kind) => one[kind] !== undefined);
    if (subjects.length > 1 || (subjects.length === 0 && one.lists === undefined))
      ctx.addIssue({ code: 'custom', message: ONE_SUBJECT });
    if (one.arguments !== undefined && one.tool === undefined && one.prompt === undefined)
      fault('arguments', 'only tools and prompts have arguments; remove them, or write the tool');
    if (one.message !== undefined && one.expect !== 'Deny')
      fault('message', 'is read by nobody, since only who is refused reads a message; remove it, or expect Deny');
    if ((one.url !== undefined || one.params !== undefined) && one.asks === undefined)
      fault(one.url === undefined ? 'params' : 'url', 'is asked by nobody; write asks, or remove it');
    if (one.earlier !== undefined && (subjects.length === 0 || one.asks !== undefined))
      fault('earlier', 'comes before no call; write the tool that is called');
    if (one.result !== undefined && one.error !== undefined)
      fault('error', 'stands beside a result; remove one of them, since a server answers once');
    const isAnswer = isAboutAnswer(one);
    if (isAnswer && (subjects.length === 0 || one.asks !== undefined))
      fault(
        one.result !== undefined ? 'result' : one.error !== undefined ? 'error' : 'messages',
        'answers nothing; write the tool that is called',
      );
    if (isAnswer && one.expect === 'RequireApproval')
      fault('expect', 'is for calls, not for what a server says; write one of Allow, Log, Redact, Deny');
    if (one.sends !== undefined && (isAnswer || one.tool === undefined || one.expect === 'Deny'))
      fault('sends', 'is sent by nobody; remove it, or write a case for the call of a tool that is not refused');
    if (
      (one.shows !== undefined || one.hides !== undefined) &&
      !isAnswer &&
      subjects.length > 0 &&
      one.asks === undefined
    )
      fault(one.shows === undefined ? 'hides' : 'shows', 'arrives nowhere; write what the server answers, as result');
  });

export type PolicyCase = z.infer<typeof caseSchema>;
export type EarlierCall = z.infer<typeof earlierSchema>;

/** It is about what the server says, and not about the call. */
export function isAboutAnswer({ result, error, messages }: Pick<PolicyCase, 'result' | 'error' | 'messages'>): boolean {
  return result !== undefined || error !== undefined || messages !== undefined;
}

/** Nothing is called: it is about what the server lists. */
export function isAboutLists(one: PolicyCase): boolean {
  return SUBJECTS.every((kind) => one[kind] === undefined);
}
