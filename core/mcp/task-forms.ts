/** A call that the gate itself has made a task, in the words of a revision. */
import { JsonView, splice } from './json-view.ts';
import type { JsonObject } from './message.ts';

export interface TaskState {
  readonly taskId: string;
  readonly status: 'working' | 'completed' | 'failed' | 'cancelled';
  /** For whoever waits: people, or a model. */
  readonly statusMessage: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly lastUpdatedAt: number;
  /** From its creation. */
  readonly ttlMs: number;
  readonly pollIntervalMs: number;
  /** The answer to the call, once there is one. */
  readonly outcome: TaskOutcome | undefined;
}

/** JSON texts, as they came; `failed`: it is the result of a tool that says it failed. */
export type TaskOutcome = { readonly result: string; readonly failed: boolean } | { readonly error: string };

export interface TaskForms {
  /** Whether its client says that it takes a task for an answer to this request. */
  takesTask(method: string, params: JsonObject): boolean;
  /** The result that tells of a new one. */
  created(task: TaskState): JsonObject;
  /** What a request about it is answered with, as JSON text. */
  told(method: string, task: TaskState): { readonly result: string } | { readonly error: string };
}

/** The text of an object with one more member, or another value of one that it has; `json` is JSON text as well. */
export function withMember(text: string, key: string, json: string): string {
  const bytes = Buffer.from(text);
  const object = JsonView.of(bytes);
  if (object === undefined) return text;
  const span = object.span(key);
  if (span !== undefined) return splice(bytes, [{ span, text: json }]).toString();
  const at = object.start + 1;
  const comma = object.keys.length === 0 ? '' : ',';
  return splice(bytes, [{ span: { start: at, end: at }, text: `${JSON.stringify(key)}:${json}${comma}` }]).toString();
}
