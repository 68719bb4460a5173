/** A real MCP server that reports what it executes. */
import type { JsonInput } from '../input.ts';

/** One message as a server read it. */
export interface Execution {
  readonly method: string;
  readonly params: unknown;
  /** Which era served it, where the server tells. */
  readonly modern?: boolean;
  /** What a handler with typed parameters got, by the names of its fields. */
  readonly typed?: unknown;
}

export interface Reference {
  readonly name: string;
  /** What it executes for each of the inputs, given to it one after the other. */
  execute(inputs: readonly JsonInput[]): Promise<readonly (readonly Execution[])[]>;
  close(): Promise<void>;
}
