/** The archive's configuration: one YAML file that the chart renders, checked as strictly as what users write. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { parseConfigText } from '../core/api/config-text.ts';

const port = z.int().min(0).max(65_535);
const path = z.string().min(1);

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const span = z
  .string('is no span of time; write for example 90d')
  .regex(/^[1-9][0-9]{0,6}[smhd]$/, 'is no span of time; write for example 90d')
  .transform((text) => Number(text.slice(0, -1)) * (UNIT_MS[text.slice(-1)] ?? 0));

const configSchema = z.strictObject({
  /** Default: all addresses. */
  host: z.string().min(1).optional(),
  ports: z.strictObject({ archive: port.default(8443), metrics: port.default(8080) }).prefault({}),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** Folder with tls.crt, tls.key and ca.crt, which signs the certificates of gates too. Waited for, and read again when they change. */
  tls: path,
  store: z
    .strictObject({
      sqlite: z.strictObject({ file: path }).optional(),
      /** File with a URL such as postgres://user:password@host:5432/database. */
      postgres: z.strictObject({ urlFile: path }).optional(),
    })
    .refine(
      ({ sqlite, postgres }) => (sqlite === undefined) !== (postgres === undefined),
      'is either sqlite or postgres',
    ),
  /** Where records go when they are older than `retention`. Default: nowhere. */
  objects: z
    .strictObject({
      /** Of an S3-compatible store: https://s3.eu-central-1.amazonaws.com. */
      endpoint: z.url({ protocol: /^https?$/ }),
      bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is no name of a bucket'),
      region: z.string().min(1).default('us-east-1'),
      /** Folder with the files accessKeyId and secretAccessKey. */
      credentials: path,
      /** How long nobody can delete an object, not even who put it. Needs a bucket with object lock; null: not at all. */
      lock: span.nullable().default(null),
    })
    .optional(),
  /** How long records are kept in the database; null: for ever. */
  retention: span.nullable().default(90 * 86_400_000),
  /** Who may read: a token in this file, or whoever the API server of the cluster lets `get` mcpservers/audit. Default: nobody. */
  readers: z.strictObject({ tokenFile: path.optional(), kubernetes: z.boolean().default(false) }).prefault({}),
});

export type ArchiveConfig = z.infer<typeof configSchema>;

/** Throws an Error that names the file and every field that is wrong. */
export function readConfig(file: string): ArchiveConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Error(`${file} cannot be read (${code}); give it with --config`, { cause: error });
  }
  return parseConfig(text, file);
}

export function parseConfig(text: string, file: string): ArchiveConfig {
  return parseConfigText(text, file, configSchema, 'the archive');
}
