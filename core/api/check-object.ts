/** A custom resource as an object, not as text: what the API server stored, or is about to. */
import type { z } from 'zod';
import { kindSchemas } from './kinds.ts';
import { type Complaint, mend } from './mend.ts';
import { escapeControls, formatPath } from './problem.ts';

type CheckedKind = 'MCPServer' | 'PolicyPack';
type ValueOf<K extends CheckedKind> = z.infer<(typeof kindSchemas)[K]>;

export interface Fault {
  /** Such as `spec.tools[2].effect`; empty where the whole object is meant. */
  readonly field: string;
  /** What is wrong and how to mend it, in one sentence. */
  readonly message: string;
}

export type CheckedObject<K extends CheckedKind> =
  | { readonly value: ValueOf<K> }
  | { readonly faults: readonly [Fault, ...Fault[]] };

export function checkObject<K extends CheckedKind>(kind: K, object: unknown): CheckedObject<K> {
  const parsed = kindSchemas[kind].safeParse(written(object));
  if (parsed.success) return { value: parsed.data as ValueOf<K> };
  const [first, ...more] = faultsOf(parsed.error.issues.flatMap((issue) => mend(issue, kind, object)));
  return { faults: [first ?? { field: '', message: 'is not valid' }, ...more] };
}

/**
 * What people say of an object. Its status, its annotations and the rest of its metadata are the business of others, and what they
 * write there, or a newer version of us, must not make the object count as broken.
 */
function written(object: unknown): unknown {
  if (typeof object !== 'object' || object === null) return object;
  const { status: _, metadata, ...rest } = object as { status?: unknown; metadata?: unknown };
  if (typeof metadata !== 'object' || metadata === null) return { ...rest, metadata };
  const { name, namespace, labels } = metadata as { name?: unknown; namespace?: unknown; labels?: unknown };
  const kept = Object.entries({ name, namespace, labels }).filter(([, value]) => value !== undefined && value !== null);
  return { ...rest, metadata: Object.fromEntries(kept) };
}

/** Too long and of the wrong form is one fault: the first word about a field is kept. */
function faultsOf(complaints: readonly Complaint[]): Fault[] {
  const faults = new Map<string, Fault>();
  for (const { path, message, mend: then } of complaints) {
    const field = formatPath(path);
    if (!faults.has(field)) faults.set(field, { field, message: sentence(message, then) });
  }
  return [...faults.values()];
}

export function sentence(message: string, then: string | undefined): string {
  return escapeControls(then === undefined ? message : `${message}; ${then}`);
}
