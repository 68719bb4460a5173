/** What the clients of all SDKs say when a server asks them. The Python ones have it in python/answers.py. */
import type { Heard, Json } from './shape.ts';

export const INFO = { name: 'compatibility', version: '1.0.0' };
export const CAPABILITIES = { sampling: {}, elicitation: { form: {} }, roots: {} };

export const SAMPLED = {
  role: 'assistant' as const,
  model: 'a-model',
  content: { type: 'text' as const, text: 'something' },
};
export const ELICITED = { action: 'accept' as const, content: { name: 'Ada' } };
export const ROOTS = { roots: [{ uri: 'file:///home/ada' }] };

/** A notification, as it is compared. */
export function heardOf({ method, params = {} }: { method: string; params?: Json | undefined }): Heard {
  const { _meta, ...rest } = params;
  return { method, params: rest };
}
