/**
 * What every kind is made of: metadata, labels, names, durations and quantities.
 *
 * A schema's own message reads `what is wrong; how to mend it`: `mend.ts` takes the half after the first `; ` as the mend.
 * Everything is bounded, because an API server prices validation rules by the largest object that a schema admits.
 */
import { DURATION, parseDuration } from '../duration.ts';
import { QUANTITY, parseQuantity } from '../quantity.ts';
import * as z from 'zod';
import { ATOMIC_MAP, cel, celKeys } from './kubernetes.ts';

export const API_VERSION = 'sallyport.dev/v1alpha1';

/** The label form of RFC 1123: what Kubernetes takes as the name of nearly everything. */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?)?$/;

const MAX_LABELS = 64;
const MAX_ANNOTATION = 262_144; // the API server's limit for all annotations of an object together

export function nameSchema(example: string) {
  return z
    .string()
    .max(63)
    .regex(
      DNS_LABEL,
      `is not a name: lower-case letters, digits and "-", a letter or digit at both ends; write for example ${example}`,
    );
}

/** Of what Kubernetes keeps under longer names, such as a Secret. */
export function subdomainSchema(what: string, example: string) {
  return z
    .string()
    .max(253)
    .regex(
      DNS_SUBDOMAIN,
      `is not the name of a ${what}: lower-case letters, digits, "-" and "."; write for example ${example}`,
    );
}

export const secretNameSchema = subdomainSchema('Secret', 'ledger-clients');

/** A key in the data of a Secret (Kubernetes, Secret, Restrictions on key names). */
export function secretKeySchema(example: string) {
  return z
    .string()
    .max(253)
    .regex(
      /^[-._a-zA-Z0-9]+$/,
      `is not a key of a Secret: letters, digits, "-", "_" and "."; write for example ${example}`,
    );
}

/** An integer between two others, both allowed. */
export function integerSchema(min: number, max: number, example: number) {
  const message = `is not a whole number from ${min} to ${max}; write for example ${example}`;
  return z.int(message).min(min, message).max(max, message);
}

/** One line of text. Control characters are refused since it ends up in terminals and logs. */
export function lineSchema(max: number, example: string) {
  return z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, `has a line break or a control character; write one line, for example ${example}`);
}

/** A string handed to the operating system, where a NUL would end it early. */
export function osStringSchema(max: number) {
  return z
    .string()
    .max(max)
    .regex(/^[^\0]*$/, 'holds a NUL character, which no argument, path or variable can carry; remove it');
}

export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
export const MAX_VARIABLE = 256;
export const NOT_A_VARIABLE = 'is not the name of a variable; write for example LOG_LEVEL';
export const variableNameSchema = z.string().max(MAX_VARIABLE).regex(VARIABLE, NOT_A_VARIABLE);

/** JSON Schema knows `maxProperties`, zod's records do not: said once here for both. */
export function atMostEntries<S extends z.ZodType<Record<string, unknown>>>(schema: S, max: number): S {
  return schema
    .refine((record) => Object.keys(record).length <= max, `has too many entries; at most ${max} are allowed`)
    .meta({ maxProperties: max });
}

export function atLeastOneEntry<S extends z.ZodType<Record<string, unknown>>>(schema: S, message: string): S {
  return schema.refine((record) => Object.keys(record).length > 0, message).meta({ minProperties: 1 });
}

const MAX_LABEL_KEY = 317; // a DNS subdomain, a slash and a name
const NOT_A_LABEL_KEY = 'is not a label key; write for example app or app.kubernetes.io/name';

const labelMapSchema = atMostEntries(
  z.record(
    z.string().max(MAX_LABEL_KEY).regex(LABEL_KEY, NOT_A_LABEL_KEY),
    z
      .string()
      .max(63)
      .regex(
        LABEL_VALUE,
        'is not a label value: letters, digits, "-", "_" and ".", a letter or digit at both ends; write for example ledger-mcp',
      ),
  ),
  MAX_LABELS,
).meta(celKeys(LABEL_KEY, MAX_LABEL_KEY, `a key ${NOT_A_LABEL_KEY}`));

/** Labels that an object must all carry. Without any it would mean everything, which is said by leaving the selector out. */
export function selectorSchema(message: string, description: string) {
  return z
    .strictObject({ matchLabels: atLeastOneEntry(labelMapSchema, message).describe(description) })
    .meta(ATOMIC_MAP);
}

const annotationMapSchema = atMostEntries(
  z.record(
    z.string().max(MAX_LABEL_KEY).regex(LABEL_KEY, 'is not an annotation key; write for example example.com/owner'),
    z.string().max(MAX_ANNOTATION),
  ),
  MAX_LABELS,
);

/**
 * What a live object carries besides. Named one by one: an open door here would let `nmespace: prod` through, and the pack would
 * quietly apply to another namespace.
 */
export const IGNORED_METADATA = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generateName',
  'generation',
  'managedFields',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
] as const;

const ignored = z.unknown().optional().describe('Written by the API server; accepted and ignored.');
const ignoredFields = Object.fromEntries(IGNORED_METADATA.map((field) => [field, ignored])) as Record<
  (typeof IGNORED_METADATA)[number],
  typeof ignored
>;

export function metadataSchema<Name extends z.ZodType<string, string>>(name: Name) {
  return z.strictObject({
    name: name.describe('Name of the object, unique among its kind in the namespace.'),
    namespace: nameSchema('finance')
      .default('default')
      .describe('Namespace of the object. Objects act only on objects of their own namespace. Default: default.'),
    labels: labelMapSchema
      .optional()
      .describe('Labels, by which a PolicyPack selects its servers. At most 64. Default: none.'),
    annotations: annotationMapSchema
      .optional()
      .describe('Notes for people and tools; Sallyport reads none of them. At most 64. Default: none.'),
    ...ignoredFields,
  });
}

/** A duration between two others, both allowed. It stays text: what people wrote is what they read back. */
export function durationSchema(min: string, max: string, example: string) {
  return z
    .string()
    .min(2, `is not a duration; write for example ${example}`)
    .max(28)
    .regex(DURATION, `is not a duration: whole numbers with h, m, s or ms, largest first; write for example ${example}`)
    .refine(within(parseDuration, min, max), `is out of range; write a duration from ${min} to ${max}`)
    .meta(
      cel({
        rule: `duration(self) >= duration('${min}') && duration(self) <= duration('${max}')`,
        message: `is out of range; write a duration from ${min} to ${max}`,
      }),
    );
}

export function quantitySchema(min: string, max: string, example: string) {
  return z
    .string()
    .max(11)
    .regex(
      QUANTITY,
      `is not a quantity: a whole number of bytes, or one with k, M, G, Ki, Mi or Gi; write for example ${example}`,
    )
    .refine(within(parseQuantity, min, max), `is out of range; write a quantity from ${min} to ${max}`)
    .meta(
      cel({
        rule: `quantity(self).compareTo(quantity('${min}')) >= 0 && quantity(self).compareTo(quantity('${max}')) <= 0`,
        message: `is out of range; write a quantity from ${min} to ${max}`,
      }),
    );
}

/** Text that cannot be read at all counts as in range: its pattern has already said what is wrong. */
function within(parse: (text: string) => number, min: string, max: string): (text: string) => boolean {
  const [low, high] = [parse(min), parse(max)];
  return (text) => {
    try {
      const value = parse(text);
      return value >= low && value <= high;
    } catch {
      return true;
    }
  };
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

export const digestSchema = z
  .string()
  .max(71)
  .regex(DIGEST, 'is not a digest; write "sha256:" and 64 lower-case hex digits');

export const timestampSchema = z.iso
  .datetime({ offset: true, error: 'is not a time; write for example "2026-11-21T10:15:00Z"' })
  .max(40);
