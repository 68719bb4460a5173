/** The operator's configuration: one YAML file that the chart renders, checked as strictly as what users write. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { durationSchema, nameSchema, quantitySchema } from '../core/api/common.ts';
import { parseDuration } from '../core/duration.ts';
import { parseConfigText } from '../core/api/config-text.ts';
import { PROTOCOLS, SIGNALS } from '../core/telemetry/otlp-settings.ts';
import { SAMPLERS } from '../core/telemetry/sampler.ts';
import { TLS_SECRET } from './names.ts';
import { notificationsSchema } from './notify/settings.ts';

const port = z.int().min(1).max(65_535);
const quantities = z.record(z.string().min(1), z.union([z.string(), z.number()]));

/** What gates are told of a Collector. */
const telemetrySchema = z.strictObject({
  endpoint: z.url({ protocol: /^https?$/ }),
  protocol: z.enum(PROTOCOLS).default('http/protobuf'),
  headersFrom: z.strictObject({ secretName: z.string().min(1), key: z.string().min(1) }).optional(),
  signals: z
    .array(z.enum(SIGNALS))
    .min(1)
    .default([...SIGNALS]),
  sampler: z.enum(SAMPLERS).default('parentbased_traceidratio'),
  samplerArg: z
    .string()
    .regex(/^(?:0(?:\.\d+)?|1(?:\.0+)?)$/, 'is a share from 0 to 1, such as "0.1"')
    .default('0.1'),
  resourceAttributes: z.record(z.string().regex(/^[\w.]+$/), z.string()).default({}),
});

const configSchema = z.strictObject({
  /** The operator's own, which is also the root namespace: packs in it can apply to every namespace. */
  namespace: nameSchema('sallyport-system'),
  serviceName: nameSchema('sallyport-operator'),
  clusterDomain: z.string().min(1).default('cluster.local'),
  ports: z.strictObject({
    webhook: port.default(9443),
    sidecars: port.default(9444),
    metrics: port.default(8080),
  }),
  webhooks: z.strictObject({ mutating: z.string().min(1), validating: z.string().min(1) }),
  tls: z
    .strictObject({
      /** A Secret of its namespace that somebody else keeps: tls.crt, tls.key, ca.crt. Undefined: the operator issues its own. */
      secretName: nameSchema('sallyport-webhooks')
        .refine((name) => name !== TLS_SECRET, `is the Secret of the operator's own certificates; name another`)
        .optional(),
      /** Whether somebody else, such as cert-manager, writes caBundle into the webhook configurations. */
      injectedCaBundle: z.boolean().default(false),
    })
    .refine((tls) => !tls.injectedCaBundle || tls.secretName !== undefined, {
      path: ['injectedCaBundle'],
      error: 'needs tls.secretName: nobody but the operator knows its own authority',
    })
    .prefault({}),
  /** The namespaces it serves besides its own; none: all. Its rights, webhooks and admission policies are for these alone. */
  watchNamespaces: z.array(nameSchema('payments')).default([]),
  /** Whether it makes Deployments for `spec.run`. */
  run: z.strictObject({ enabled: z.boolean().default(true) }).prefault({}),
  leaderElection: z.boolean().default(true),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  sidecar: z.strictObject({
    image: z.string().min(1),
    imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
    /** Names of Secrets of the namespaces with gates. */
    imagePullSecrets: z.array(z.string().min(1)).default([]),
    /** Where a mirror may rewrite the image to. */
    repositories: z.array(z.string().min(1)).default([]),
    resources: z
      .strictObject({ requests: quantities.optional(), limits: quantities.optional() })
      .default({ requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '192Mi' } }),
    /** null where the platform assigns user ids by namespace (OpenShift). */
    runAsUser: z.int().min(1).nullable().default(65_532),
    logLevel: z.string().min(1).default('info'),
    /** Three quarters of it are for audit files; below 64Mi the rest would not hold what else a gate writes. */
    stateSizeLimit: quantitySchema('64Mi', '1000Gi', '1Gi').default('1Gi'),
    auditToStdout: z.boolean().default(false),
    /** Undefined: they send no telemetry. */
    telemetry: telemetrySchema.optional(),
  }),
  /** Whether the chart runs an archive: gates are told where it is, and it gets its certificate. */
  archive: z.strictObject({ enabled: z.boolean().default(false) }).prefault({}),
  /** Whether the chart runs what takes decisions from outside, and leaves its certificate to the operator. */
  hooks: z.strictObject({ enabled: z.boolean().default(false) }).prefault({}),
  approvals: z
    .strictObject({
      /** How long a settled request is kept for whoever wants to look at it. */
      keepSettledFor: durationSchema('10s', '720h', '1h').default('1h').transform(parseDuration),
    })
    .prefault({}),
  /** Who is told of requests that wait for a person. */
  notifications: notificationsSchema,
  auditKeys: z
    .strictObject({
      /** How long gates sign their audit logs with one key, before the next one is announced. */
      rotateAfter: durationSchema('1h', '8760h', '2160h').default('2160h').transform(parseDuration),
    })
    .prefault({}),
  witness: z
    .strictObject({
      /** How long the last checkpoint of an audit log is held whose gate is gone. */
      keepEndedFor: durationSchema('1m', '720h', '24h').default('24h').transform(parseDuration),
      /** Between two writes of all replicas: two a second. Each writes the less often, the more there are. */
      writeEvery: durationSchema('100ms', '1m', '500ms').default('500ms').transform(parseDuration),
      /** Where copies go that not even the operator can take back: a bucket with object lock. Its keys are in the environment. */
      bucket: z
        .strictObject({
          url: z.url({ protocol: /^https?$/, error: 'is not the http or https URL of a bucket' }),
          region: z.string().min(1).default('us-east-1'),
          mode: z.enum(['COMPLIANCE', 'GOVERNANCE']).default('COMPLIANCE'),
          every: durationSchema('10s', '24h', '10m').default('10m').transform(parseDuration),
          retainFor: durationSchema('1m', '87600h', '8760h').default('8760h').transform(parseDuration),
        })
        .optional(),
    })
    .prefault({}),
});

export type OperatorConfig = z.infer<typeof configSchema>;

/** Throws an Error that names the file and every field that is wrong. */
export function readConfig(file: string): OperatorConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}); give it with --config`,
      {
        cause: error,
      },
    );
  }
  return parseConfig(text, file);
}

export function parseConfig(text: string, file: string): OperatorConfig {
  return parseConfigText(text, file, configSchema, 'the operator');
}
