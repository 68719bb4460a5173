/** AdmissionReview v1 on the wire, and what our handlers are asked and answer. */
import * as z from 'zod';
import type { Operation } from '../injection/patch.ts';
import type { RawObject } from '../kit/resource.ts';
import { parseJson } from '../../core/mcp/parse-json.ts';

export interface AdmissionRequest {
  readonly uid: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly subResource?: string;
  /** Empty for an object whose name is yet to be generated. */
  readonly name?: string;
  readonly namespace?: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  /** Who asks, as the API server has authenticated them. */
  readonly userInfo?: { readonly username?: string; readonly groups?: readonly string[] } | null;
  readonly object?: RawObject | null;
  readonly oldObject?: RawObject | null;
  /** Nothing of it will be stored: compute, and touch nothing. */
  readonly dryRun?: boolean;
}

/** One fault of an object: the field, and what is wrong with it and how to mend it. */
export interface Cause {
  readonly field: string;
  readonly message: string;
}

/** `reason` is a word of the handler's own list, and the label in metrics. */
export type AdmissionAnswer =
  | {
      readonly allowed: true;
      readonly reason: string;
      readonly patch?: readonly Operation[];
      /** Shown by kubectl above its own words. */
      readonly warnings?: readonly string[];
    }
  | {
      readonly allowed: false;
      readonly reason: string;
      readonly message: string;
      /** Faults one by one; then the object is invalid, else the request is forbidden. */
      readonly causes?: readonly Cause[];
    };

export const OUTCOMES = ['allowed', 'patched', 'refused', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface AdmissionHandler {
  /** Every reason it gives, by outcome: counted from 0. */
  readonly reasons: Readonly<Partial<Record<Outcome, readonly string[]>>>;
  answer(request: AdmissionRequest): AdmissionAnswer | Promise<AdmissionAnswer>;
}

export function outcomeOf(answer: AdmissionAnswer): Outcome {
  if (!answer.allowed) return 'refused';
  return (answer.patch ?? []).length > 0 ? 'patched' : 'allowed';
}

const strings = z.record(z.string(), z.string()).nullish();

/** Only what handlers rely on: the API server has checked the rest, and whoever else comes here is told off for this much. */
const objectSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string().optional(),
    generateName: z.string().optional(),
    labels: strings,
    annotations: strings,
  }),
});

const requestSchema = z.looseObject({
  uid: z.string(),
  kind: z.looseObject({ group: z.string(), version: z.string(), kind: z.string() }),
  operation: z.enum(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']),
  userInfo: z.looseObject({ username: z.string().optional(), groups: z.array(z.string()).optional() }).nullish(),
  subResource: z.string().optional(),
  name: z.string().optional(),
  namespace: z.string().optional(),
  dryRun: z.boolean().nullish(),
  object: objectSchema.nullish(),
  oldObject: objectSchema.nullish(),
});

const reviewSchema = z.looseObject({
  apiVersion: z.literal('admission.k8s.io/v1'),
  kind: z.literal('AdmissionReview'),
  request: requestSchema,
});

/** The request in a body, or why there is none. */
export function readReview(text: string): AdmissionRequest | { readonly problem: string } {
  let review: unknown;
  try {
    review = parseJson(text);
  } catch {
    return { problem: 'the body is not JSON' };
  }
  const parsed = reviewSchema.safeParse(review);
  if (parsed.success) return (review as { request: AdmissionRequest }).request;
  const [issue] = parsed.error.issues;
  return {
    problem: `the body is not an AdmissionReview of admission.k8s.io/v1: ${issue?.path.join('.')}: ${issue?.message}`,
  };
}

/** What the object is called in messages: the kind, and its name as far as it has one. */
export function subjectOf({ kind, name = '', namespace, object }: AdmissionRequest): string {
  const generated = object?.metadata?.generateName;
  const called = name === '' && generated !== undefined ? `${generated}…` : name;
  return `${kind.kind} ${namespace === undefined ? '' : `${namespace}/`}${called}`;
}

export function writeReview(request: AdmissionRequest, answer: AdmissionAnswer): string {
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid: request.uid, ...responseOf(request, answer) },
  });
}

function responseOf(request: AdmissionRequest, answer: AdmissionAnswer): object {
  if (!answer.allowed) {
    const { message, reason, causes } = answer;
    // The reason goes into the audit log of the API server, in the name of the webhook.
    const auditAnnotations = { reason };
    if (causes === undefined) return { allowed: false, auditAnnotations, status: failure(403, 'Forbidden', message) };
    const { group, kind } = request.kind;
    const details = {
      // kubectl shows these, with the causes, and then not the message.
      group,
      kind,
      name: request.name ?? '',
      causes: causes.map(({ field, message: said }) => ({ reason: 'FieldValueInvalid', field, message: said })),
    };
    return { allowed: false, auditAnnotations, status: { ...failure(422, 'Invalid', message), details } };
  }
  const { patch = [], warnings = [], reason } = answer;
  return {
    allowed: true,
    auditAnnotations: { reason },
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(patch.length === 0
      ? {}
      : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }),
  };
}

function failure(code: number, reason: string, message: string) {
  return { status: 'Failure', code, reason, message };
}
