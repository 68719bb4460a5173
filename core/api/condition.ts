/** A condition, in the shape that Kubernetes' own kinds have (metav1.Condition) and `kubectl wait` reads. */
import * as z from 'zod';
import { integerSchema, timestampSchema } from './common.ts';
import { listBy } from './kubernetes.ts';

const MAX_CONDITIONS = 16;
const MAX_INT32 = 2_147_483_647;

const REASON = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;
const NOT_A_WORD = 'is not one word of letters and digits; write for example PodsMissing';

const conditionSchema = z.strictObject({
  type: z.string().min(1).max(64).regex(REASON, NOT_A_WORD).describe('What is said something about. Required.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it is so. Required.'),
  reason: z.string().min(1).max(128).regex(REASON, NOT_A_WORD).describe('Why, in one word for programs. Required.'),
  message: z.string().max(32_768).describe('Why, in a sentence for people, and what to do about it. Required.'),
  observedGeneration: observedGenerationSchema().describe(
    'Generation of the object that the condition is about; an older one than metadata.generation is out of date. Required.',
  ),
  lastTransitionTime: timestampSchema.describe('When the status changed last, as an RFC 3339 time. Required.'),
});

/**
 * The status of an object that nobody has looked at yet. Without it kstatus takes a new object for one that is done, since nothing says
 * otherwise: generations begin at 1.
 */
export const NOT_OBSERVED = { default: { observedGeneration: 0 } };

export function observedGenerationSchema() {
  return integerSchema(0, Number.MAX_SAFE_INTEGER, 1);
}

/** A number of pods, servers and the like. */
export function countSchema() {
  return integerSchema(0, MAX_INT32, 3);
}

export function conditionsSchema(types: string) {
  return z
    .array(conditionSchema)
    .max(MAX_CONDITIONS)
    .meta(listBy('type'))
    .describe(`What holds and what does not: ${types}. At most ${MAX_CONDITIONS}. Default: nothing yet.`);
}
