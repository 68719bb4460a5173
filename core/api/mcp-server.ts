/** An MCPServer: one MCP server behind the gate, and who may come to the gate at all. */
import * as z from 'zod';
import { accessSchema } from './access.ts';
import {
  API_VERSION,
  atMostEntries,
  MAX_VARIABLE,
  metadataSchema,
  NOT_A_VARIABLE,
  osStringSchema,
  VARIABLE,
  variableNameSchema,
} from './common.ts';
import { gateSettingsSchema, NO_GATE_IN_PODS } from './gate-settings.ts';
import { cel, celKeys } from './kubernetes.ts';
import { runSchema, workloadSchema } from './server-pods.ts';
import { serviceSchema } from './server-service.ts';
import { serverStatusSchema } from './server-status.ts';
import { STATE_RULE, checkState, stateSchema } from './state.ts';
import { checkClientCertificate, CLIENT_CERTIFICATE_RULE } from './upstream-certificate.ts';
import { complaintsBeside, upstreamSchema, UPSTREAM_RULES } from './upstream.ts';

/** It is the name of a Service, too, which starts with a letter (RFC 1035 §2.3.1). */
const serverNameSchema = z
  .string()
  .max(63)
  .regex(
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    'is not the name of a server: lower-case letters, digits and "-", a letter first, a letter or digit last; write for example ledger',
  );

/** What stands before an "@" in front of the path, even where a lenient parser finds it empty. */
const CREDENTIALS = /^https?:[/][/][^/?#]*@/;

const NOT_A_URL = 'is not an http or https URL; write for example http://127.0.0.1:8080/mcp';
const HAS_PASSWORD = 'carries a user name or password; remove both from the URL';
const HAS_FRAGMENT = 'has a fragment, which is never sent to a server; remove the "#" and what follows';

const remoteSchema = z.strictObject({
  url: z
    .string()
    .max(2048)
    .superRefine((url, ctx) => {
      const message = urlComplaint(url);
      // A URL may carry a password, or a token in its query: `private` keeps it out of the problem that is printed.
      if (message !== undefined) ctx.addIssue({ code: 'custom', message, params: { private: /[@?]/.test(url) } });
    })
    .meta(
      cel(
        { rule: String.raw`self.matches('^https?://[^\\s]+$')`, message: NOT_A_URL },
        { rule: `!self.matches('${CREDENTIALS.source}')`, message: HAS_PASSWORD },
        { rule: "!self.contains('#')", message: HAS_FRAGMENT },
      ),
    )
    .describe(
      'http or https URL of the MCP endpoint behind the gate, such as http://127.0.0.1:8080/mcp. Required, at most 2048 characters.',
    ),
});

function urlComplaint(text: string): string | undefined {
  const url = /^https?:\/\//.test(text) && !/[\s\p{Cc}]/u.test(text) ? URL.parse(text) : null;
  if (url === null) return NOT_A_URL;
  if (url.username !== '' || url.password !== '' || CREDENTIALS.test(text)) return HAS_PASSWORD;
  if (text.includes('#')) return HAS_FRAGMENT;
  return undefined;
}

const NO_PROGRAM = 'is empty; write the program to start';

const stdioSchema = z.strictObject({
  command: z
    .array(osStringSchema(4096))
    .min(1)
    .max(256)
    .superRefine((command, ctx) => {
      if (command[0] === '') {
        ctx.addIssue({ code: 'custom', path: [0], message: NO_PROGRAM });
      }
    })
    .meta(cel({ rule: "self[0] != ''", message: `the first entry ${NO_PROGRAM}` }))
    .describe(
      'Program to start and its arguments, one entry each; no shell reads them. Required, 1 to 256 entries of at most 4096 characters.',
    ),
  env: atMostEntries(z.record(variableNameSchema, osStringSchema(32_768)), 256)
    .meta(celKeys(VARIABLE, MAX_VARIABLE, `a name ${NOT_A_VARIABLE}`))
    .optional()
    .describe('Environment variables set for the program. At most 256, each up to 32768 characters. Default: none.'),
  cwd: osStringSchema(4096)
    .min(1)
    .optional()
    .describe('Directory to start the program in. Default: the directory Sallyport was started in.'),
});

const NO_OAUTH = 'is Server, and a program on standard input asks nobody for a token; write Gate';

const NO_OPERATOR = 'is for a server with pods in the cluster, whose operator gives the certificate; write secretName';

const NO_SERVICE = 'is for a server with pods in the cluster, and this one is elsewhere; remove it';

const NO_ACCOUNTS =
  'lets in ServiceAccounts of the cluster in which the pods of the server are, and this one has none; remove it, and use tokens or jwt';

/** The four ways to say where the server is, of which a server has one. */
const WAYS = ['workload', 'run', 'remote', 'stdio'] as const;
const ONE_OF = 'Exactly one of workload, run, remote and stdio is required.';

const specSchema = z
  .strictObject({
    workload: workloadSchema.optional().describe(`A server whose pods are in the cluster already. ${ONE_OF}`),
    run: runSchema.optional().describe(`A server that the operator runs from an image. ${ONE_OF}`),
    remote: remoteSchema
      .optional()
      .describe(`A server that is reached by URL, from a gate that runs outside of a cluster. ${ONE_OF}`),
    stdio: stdioSchema
      .optional()
      .describe(
        `A server that is started as a program and spoken to over its standard input and output, by a gate that runs outside of a cluster. ${ONE_OF}`,
      ),
    service: serviceSchema
      .optional()
      .describe(
        'At which Service the gate is reached. Default: one of the name of the MCPServer, made by the operator.',
      ),
    access: accessSchema
      .optional()
      .describe('Who may come to the gate. Default: nobody without a token, and no token is accepted.'),
    upstream: upstreamSchema
      .optional()
      .describe('What the gate shows to the server behind it. Default: nothing but the call.'),
    state: stateSchema
      .optional()
      .describe('Where what rules remember over time is kept, beside the gate itself. Default: nowhere else.'),
    gate: gateSettingsSchema
      .optional()
      .describe('How the gate in the pods runs; beside workload or run only. Default: as the chart says.'),
  })
  // `when`: also on a spec with other faults in it, so that one run names them all.
  .superRefine(checkOneServer, { when: () => true })
  .superRefine(checkProgramAsks, { when: () => true })
  .superRefine(checkService, { when: () => true })
  .superRefine(checkAccounts, { when: () => true })
  .superRefine(checkGateInPods, { when: () => true })
  .superRefine(checkIssuer, { when: () => true })
  .superRefine(checkUpstream, { when: () => true })
  .superRefine(checkClientCertificate, { when: () => true })
  .superRefine(checkState, { when: () => true })
  .meta(
    cel(
      {
        rule: '!has(self.gate) || has(self.workload) || has(self.run)',
        message: `gate ${NO_GATE_IN_PODS}`,
      },
      {
        rule: `[${WAYS.map((way) => `has(self.${way})`).join(', ')}].filter(there, there).size() == 1`,
        message: `names no server or several; write exactly one of ${WAYS.join(', ')}`,
      },
      {
        rule: "!has(self.stdio) || !has(self.access) || self.access.authorization != 'Server'",
        message: `access.authorization ${NO_OAUTH}`,
      },
      {
        rule: '!has(self.access) || !has(self.access.tls) || !has(self.access.tls.issuer) || has(self.workload) || has(self.run)',
        message: `access.tls.issuer ${NO_OPERATOR}`,
      },
      { rule: '!has(self.service) || has(self.workload) || has(self.run)', message: `service ${NO_SERVICE}` },
      ...UPSTREAM_RULES,
      CLIENT_CERTIFICATE_RULE,
      STATE_RULE,
      {
        rule: '!has(self.access) || !has(self.access.serviceAccounts) || has(self.workload) || has(self.run)',
        message: `access.serviceAccounts ${NO_ACCOUNTS}`,
      },
    ),
  );

/** Nobody at all would ask for a token. */
function checkProgramAsks(spec: unknown, ctx: z.RefinementCtx): void {
  if (typeof spec !== 'object' || spec === null || !('stdio' in spec) || !('access' in spec)) return;
  const { access } = spec;
  if (typeof access !== 'object' || access === null || !('authorization' in access)) return;
  if (access.authorization !== 'Server') return;
  ctx.addIssue({ code: 'custom', path: ['access', 'authorization'], message: NO_OAUTH });
}

function checkIssuer(spec: unknown, ctx: z.RefinementCtx): void {
  if (typeof spec !== 'object' || spec === null || 'workload' in spec || 'run' in spec) return;
  const { access } = spec as { readonly access?: { readonly tls?: { readonly issuer?: unknown } | null } | null };
  if (access?.tls?.issuer === undefined) return;
  ctx.addIssue({ code: 'custom', path: ['access', 'tls', 'issuer'], message: NO_OPERATOR });
}

function checkService(spec: unknown, ctx: z.RefinementCtx): void {
  if (typeof spec !== 'object' || spec === null || !('service' in spec)) return;
  if ('workload' in spec || 'run' in spec) return;
  ctx.addIssue({ code: 'custom', path: ['service'], message: NO_SERVICE });
}

/** There is nobody who would know the keys of a cluster. */
function checkAccounts(spec: unknown, ctx: z.RefinementCtx): void {
  if (typeof spec !== 'object' || spec === null || !('access' in spec)) return;
  if ('workload' in spec || 'run' in spec) return;
  const { access } = spec;
  if (typeof access !== 'object' || access === null || !('serviceAccounts' in access)) return;
  ctx.addIssue({ code: 'custom', path: ['access', 'serviceAccounts'], message: NO_ACCOUNTS });
}

/** What promises something and does nothing would be believed. */
function checkGateInPods(spec: unknown, ctx: z.RefinementCtx): void {
  if (typeof spec !== 'object' || spec === null || !('gate' in spec)) return;
  if ('workload' in spec || 'run' in spec) return;
  ctx.addIssue({ code: 'custom', path: ['gate'], message: NO_GATE_IN_PODS });
}

function checkUpstream(spec: unknown, ctx: z.RefinementCtx): void {
  if (typeof spec !== 'object' || spec === null || !('upstream' in spec)) return;
  const access = 'access' in spec ? spec.access : undefined;
  const serverAsks =
    typeof access === 'object' && access !== null && 'authorization' in access && access.authorization === 'Server';
  const takesJwts = typeof access === 'object' && access !== null && ('jwt' in access || 'serviceAccounts' in access);
  const beside = { takesJwts, isProgram: 'stdio' in spec, isInPods: 'workload' in spec || 'run' in spec, serverAsks };
  for (const { path, message } of complaintsBeside({ upstream: spec.upstream, ...beside }))
    ctx.addIssue({ code: 'custom', path: ['upstream', ...path], message });
}

function checkOneServer(spec: unknown, ctx: z.RefinementCtx): void {
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) return;
  const [first, ...others] = WAYS.filter((way) => way in spec);
  if (first === undefined) {
    ctx.addIssue({
      code: 'custom',
      message:
        'names no server; add `workload: {selector: {matchLabels: {app: my-server}}, port: 8080}`, or one of run, remote and stdio',
    });
  }
  for (const way of others) {
    const message = `stands beside ${first}, and a server is one or the other; remove one of the two`;
    ctx.addIssue({ code: 'custom', path: [way], message });
  }
}

export const mcpServerSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION).describe(`Always ${API_VERSION}. Required.`),
    kind: z.literal('MCPServer').describe('Always MCPServer. Required.'),
    metadata: metadataSchema(serverNameSchema).describe('Name, namespace and labels of the server. Required.'),
    spec: specSchema.describe('Where the server is and who may come to its gate. Required.'),
    status: serverStatusSchema.optional().describe('What the operator says of it. Default: nothing yet.'),
  })
  .describe('One MCP server behind the gate.');

/** As parsed: defaults are filled in. */
export type MCPServer = z.infer<typeof mcpServerSchema>;
/** As written in YAML. */
export type MCPServerInput = z.input<typeof mcpServerSchema>;
