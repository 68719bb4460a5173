/** An MCPServer: one MCP server behind the gate, and who may come to the gate at all. */
import * as z from 'zod';
import { API_VERSION, atMostEntries, metadataSchema, nameSchema, osStringSchema, secretNameSchema } from './common.ts';

const HOST = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?|\[[0-9a-f:.]+\])$/;
const ORIGIN = /^[a-z][-a-z0-9+.]*:\/\/([-_a-z0-9.]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?$/;

const remoteSchema = z.strictObject({
  url: z
    .string()
    .max(2048)
    .superRefine((url, ctx) => {
      const message = urlComplaint(url);
      // A URL may carry a password, or a token in its query: `private` keeps it out of the problem that is printed.
      if (message !== undefined) ctx.addIssue({ code: 'custom', message, params: { private: /[@?]/.test(url) } });
    })
    .describe(
      'http or https URL of the MCP endpoint behind the gate, such as http://127.0.0.1:8080/mcp. Required, at most 2048 characters.',
    ),
});

function urlComplaint(text: string): string | undefined {
  const url = /^https?:\/\//.test(text) && !/[\s\p{Cc}]/u.test(text) ? URL.parse(text) : null;
  if (url === null) return 'is not an http or https URL; write for example http://127.0.0.1:8080/mcp';
  if (url.username !== '' || url.password !== '') return 'carries a user name or password; remove both from the URL';
  if (text.includes('#')) return 'has a fragment, which is never sent to a server; remove the "#" and what follows';
  return undefined;
}

const stdioSchema = z.strictObject({
  command: z
    .array(osStringSchema(4096))
    .min(1)
    .max(256)
    .superRefine((command, ctx) => {
      if (command[0] === '') {
        ctx.addIssue({ code: 'custom', path: [0], message: 'is empty; write the program to start' });
      }
    })
    .describe(
      'Program to start and its arguments, one entry each; no shell reads them. Required, 1 to 256 entries of at most 4096 characters.',
    ),
  env: atMostEntries(
    z.record(
      z
        .string()
        .max(256)
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is not the name of a variable; write for example LOG_LEVEL'),
      osStringSchema(32_768),
    ),
    256,
  )
    .optional()
    .describe('Environment variables set for the program. At most 256, each up to 32768 characters. Default: none.'),
  cwd: osStringSchema(4096)
    .min(1)
    .optional()
    .describe('Directory to start the program in. Default: the directory Sallyport was started in.'),
});

const tokensSchema = z.strictObject({
  secretName: secretNameSchema.describe(
    'Name of a Secret of the same namespace with one key for each client, holding the SHA-256 digests of its bearer tokens. Required.',
  ),
});

const accessSchema = z.strictObject({
  anonymous: z
    .boolean()
    .default(false)
    .describe('Whether callers without a token are let in, under the name anonymous. Default: false.'),
  tokens: tokensSchema
    .optional()
    .describe('Where the digests of accepted bearer tokens are. Default: no token is accepted.'),
  hosts: z
    .array(
      z
        .string()
        .max(253)
        .regex(HOST, 'is not a host name: lower case, without scheme or port; write for example mcp.example.com'),
    )
    .max(64)
    .optional()
    .describe(
      'Host names served besides loopback names and the address listened on, in lower case and without port; any other Host header is refused. At most 64. Default: none.',
    ),
  origins: z
    .array(
      z
        .string()
        .max(300)
        .regex(
          ORIGIN,
          'is not an origin: scheme, host and port in lower case, without a path; write for example https://app.example.com',
        ),
    )
    .max(64)
    .optional()
    .describe(
      'Browser origins that may call, such as https://app.example.com; calls with any other Origin header are refused. At most 64. Default: none.',
    ),
});

const specSchema = z
  .strictObject({
    remote: remoteSchema
      .optional()
      .describe('A server that is reached by URL. Exactly one of remote and stdio is required.'),
    stdio: stdioSchema
      .optional()
      .describe(
        'A server that is started as a program and spoken to over its standard input and output. Exactly one of remote and stdio is required.',
      ),
    access: accessSchema
      .optional()
      .describe('Who may come to the gate. Default: nobody without a token, and no token is accepted.'),
  })
  // `when`: also on a spec with other faults in it, so that one run names them all.
  .superRefine(checkOneServer, { when: () => true });

function checkOneServer(spec: unknown, ctx: z.RefinementCtx): void {
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) return;
  const hasRemote = 'remote' in spec;
  const hasStdio = 'stdio' in spec;
  if (!hasRemote && !hasStdio) {
    ctx.addIssue({
      code: 'custom',
      message: 'names no server; add `remote: {url: http://127.0.0.1:8080/mcp}` or `stdio: {command: [my-server]}`',
    });
  }
  if (hasRemote && hasStdio) {
    ctx.addIssue({
      code: 'custom',
      path: ['stdio'],
      message: 'stands beside remote, and a server is one or the other; remove one of the two',
    });
  }
}

export const mcpServerSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION).describe(`Always ${API_VERSION}. Required.`),
    kind: z.literal('MCPServer').describe('Always MCPServer. Required.'),
    metadata: metadataSchema(nameSchema('ledger')).describe('Name, namespace and labels of the server. Required.'),
    spec: specSchema.describe('Where the server is and who may come to its gate. Required.'),
  })
  .describe('One MCP server behind the gate.');

/** As parsed: defaults are filled in. */
export type MCPServer = z.infer<typeof mcpServerSchema>;
/** As written in YAML. */
export type MCPServerInput = z.input<typeof mcpServerSchema>;
