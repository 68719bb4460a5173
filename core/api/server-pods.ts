/** Where an MCPServer runs on a cluster: pods that are there already, or an image that the operator runs. */
import * as z from 'zod';
import { integerSchema, osStringSchema, selectorSchema, subdomainSchema, variableNameSchema } from './common.ts';
import { checkFurtherPorts, FURTHER_PORTS_RULES, furtherPortsSchema } from './further-ports.ts';
import { cel, INT_OR_STRING, listBy } from './kubernetes.ts';
import { checkPassthrough, PASSTHROUGH_RULES, passthroughSchema } from './passthrough.ts';
import { checkTarget, TARGET_RULES, targetRefSchema } from './target-ref.ts';
import { resourcesSchema } from './resources.ts';

/** Where the sidecar listens in the same pod: for calls, and for probes and metrics. */
const SIDECAR_PORTS: readonly unknown[] = [8484, 8485];
const TAKEN = 'is a port of the sidecar in the same pod; let the server listen on another port, for example 8080';

const NOT_A_PORT = 'is not a port: a number from 1 to 65535, or the name of a container port; write for example 8080';

/** RFC 6335 §5.1 in one pattern: at most 15 lower-case letters, digits and single hyphens, a letter among them. */
const PORT_NAME = /^([0-9]+-)*[0-9]*[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

const portNumberSchema = z
  .int(NOT_A_PORT)
  .min(1, NOT_A_PORT)
  .max(65_535, NOT_A_PORT)
  .refine((port) => !SIDECAR_PORTS.includes(port), TAKEN)
  .meta(cel({ rule: `!(self in [${SIDECAR_PORTS.join(', ')}])`, message: TAKEN }));

const portSchema = z
  .union([portNumberSchema, z.string().min(1, NOT_A_PORT).max(15, NOT_A_PORT).regex(PORT_NAME, NOT_A_PORT)], NOT_A_PORT)
  .meta(INT_OR_STRING)
  .meta(cel({ rule: `type(self) != int || !(self in [${SIDECAR_PORTS.join(', ')}])`, message: TAKEN }));

/** RFC 3986 §3.3: what a path may hold; no query, no fragment. */
const PATH = /^\/[-A-Za-z0-9._~!$&'()*+,;=:@%/]*$/;

const pathSchema = z
  .string()
  .max(1024)
  .regex(PATH, 'is not the path of a URL: "/" first, no query, no fragment, no blanks; write for example /mcp')
  .default('/mcp')
  .describe('Path of the MCP endpoint on that port. At most 1024 characters. Default: /mcp.');

export const workloadSchema = z
  .strictObject({
    selector: selectorSchema(
      'selects nothing; write a label that the pods of the server have, for example `app: ledger`',
      'Labels that a pod of the namespace must all carry to be one of the server. Required, 1 to 64 entries.',
    )
      .optional()
      .describe('Which pods are the server. Exactly one of selector and targetRef is required.'),
    targetRef: targetRefSchema
      .optional()
      .describe('What runs the pods of the server. Exactly one of selector and targetRef is required.'),
    port: portSchema
      .optional()
      .describe(
        'Container port the server listens on, by number or by name. Required, but for a targetRef whose object says it.',
      ),
    path: pathSchema,
    ports: furtherPortsSchema(portSchema, pathSchema).optional(),
    passthrough: passthroughSchema.optional(),
  })
  .superRefine(checkFurtherPorts, { when: () => true })
  .superRefine(checkTarget, { when: () => true })
  .superRefine(checkPassthrough, { when: () => true })
  .meta({
    'x-kubernetes-validations': [
      ...TARGET_RULES['x-kubernetes-validations'],
      ...PASSTHROUGH_RULES['x-kubernetes-validations'],
      ...FURTHER_PORTS_RULES['x-kubernetes-validations'],
    ],
  });

const keySchema = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[-._a-zA-Z0-9]+$/, 'is not a key: letters, digits, "-", "_" and "."; write for example token');

function keyRefSchema(kind: string, example: string) {
  return z.strictObject({
    name: subdomainSchema(kind, example).describe(`Name of the ${kind}, in the same namespace. Required.`),
    key: keySchema.describe(`Key in the ${kind}. Required.`),
  });
}

const NO_SOURCE = 'needs exactly one of secretKeyRef and configMapKeyRef; keep or add one';
const NO_VALUE = 'needs exactly one of value and valueFrom; keep or add one';

const valueFromSchema = z
  .strictObject({
    secretKeyRef: keyRefSchema('Secret', 'ledger-database').optional().describe('A key of a Secret. Default: none.'),
    configMapKeyRef: keyRefSchema('ConfigMap', 'ledger-settings')
      .optional()
      .describe('A key of a ConfigMap. Default: none.'),
  })
  .refine((from) => (from.secretKeyRef === undefined) !== (from.configMapKeyRef === undefined), NO_SOURCE)
  .meta(cel({ rule: 'has(self.secretKeyRef) != has(self.configMapKeyRef)', message: NO_SOURCE }));

const variableSchema = z
  .strictObject({
    name: variableNameSchema.describe('Name of the variable. Required, at most 256 characters.'),
    value: osStringSchema(32_768)
      .optional()
      .describe('Its value as text, at most 32768 characters. Exactly one of value and valueFrom is required.'),
    valueFrom: valueFromSchema
      .optional()
      .describe('Where its value is read from. Exactly one of value and valueFrom is required.'),
  })
  .refine((variable) => (variable.value === undefined) !== (variable.valueFrom === undefined), NO_VALUE)
  .meta(cel({ rule: 'has(self.value) != has(self.valueFrom)', message: NO_VALUE }));

/** As a list by key, the API server refuses two of one name, too. */
function namedOnce<Entry extends z.ZodType<{ name: string }>>(entry: Entry, max: number) {
  return z
    .array(entry)
    .max(max)
    .superRefine((entries, ctx) => {
      for (const [index, { name }] of entries.entries()) {
        if (entries.findIndex((other) => other.name === name) === index) continue;
        ctx.addIssue({ code: 'custom', path: [index, 'name'], message: 'is in the list already; keep one of the two' });
      }
    })
    .meta(listBy('name'));
}

export const runSchema = z
  .strictObject({
    image: z
      .string()
      .max(512)
      .regex(
        /^[a-zA-Z0-9][-a-zA-Z0-9._:@/]*$/,
        'is not the reference of an image; write for example registry.example.com/ledger-mcp:1.4.2',
      )
      .describe('Image of the server, which has to run as another user than root. Required, at most 512 characters.'),
    command: z
      .array(osStringSchema(4096))
      .min(1)
      .max(256)
      .optional()
      .describe(
        'Program to start, one entry each; no shell reads them. At most 256. Default: the entrypoint of the image.',
      ),
    args: z
      .array(osStringSchema(4096))
      .max(256)
      .optional()
      .describe('Arguments of the program, one entry each. At most 256. Default: those of the image.'),
    env: namedOnce(variableSchema, 256).optional().describe('Environment variables. At most 256. Default: none.'),
    port: portNumberSchema.describe('Port the server listens on, from 1 to 65535. Required.'),
    path: pathSchema,
    passthrough: passthroughSchema.optional(),
    // Without a default: with one, the API server would fill it in, and nobody could tell a wish from its absence.
    replicas: integerSchema(0, 100, 1)
      .optional()
      .describe(
        'How many pods to run, from 0 to 100. Default: 1 at first, and then as many as kubectl scale or an autoscaler of the Deployment says.',
      ),
    resources: resourcesSchema.optional().describe('CPU and memory of each pod. Default: what the namespace says.'),
    serviceAccountName: subdomainSchema('ServiceAccount', 'ledger')
      .optional()
      .describe('ServiceAccount of the pods. Default: default, whose token is not mounted.'),
    imagePullSecrets: namedOnce(
      z.strictObject({
        name: subdomainSchema('Secret', 'registry').describe('Name of the Secret, in the same namespace. Required.'),
      }),
      16,
    )
      .optional()
      .describe('Secrets with which to fetch the image. At most 16. Default: none.'),
    imagePullPolicy: z
      .enum(['Always', 'IfNotPresent', 'Never'])
      .optional()
      .describe('When the image is fetched. Default: Always for the tag latest, else IfNotPresent.'),
  })
  .superRefine(checkPassthrough, { when: () => true })
  .meta(PASSTHROUGH_RULES);
