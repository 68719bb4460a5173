/** What the official clients can do, brought to one shape, so that every one of them can do the same. */
export const TRANSPORTS = ['Streamable HTTP', 'HTTP+SSE', 'stdio'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** A program that speaks over its standard input and output. */
export interface StdioTarget {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A URL, or a program. */
export type Target = string | StdioTarget;

export type Json = Readonly<Record<string, unknown>>;

export interface Progress {
  readonly progress: number;
  readonly total?: number | undefined;
}

/** A notification of the server, without `_meta`. */
export interface Heard {
  readonly method: string;
  readonly params: Json;
}

export interface CallOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Cancels the call. */
  readonly signal?: AbortSignal | undefined;
}

/** What every client can do, under one name each. Whatever fails throws. */
export interface Session {
  readonly revision: string | undefined;
  readonly server: unknown;
  readonly capabilities: Json;
  readonly instructions: string | undefined;
  tools(): Promise<unknown>;
  prompts(): Promise<unknown>;
  resources(): Promise<unknown>;
  templates(): Promise<unknown>;
  call(name: string, args: Json, options?: CallOptions): Promise<unknown>;
  prompt(name: string, args: Readonly<Record<string, string>>): Promise<unknown>;
  read(uri: string): Promise<unknown>;
  /** What may stand for an argument of a prompt. */
  complete(prompt: string, argument: string, value: string): Promise<unknown>;
  /** To updates of a resource, in the way of the revision. */
  subscribe(uri: string): Promise<unknown>;
  /** What the server is to log, in the way of the revision. */
  setLevel(level: 'info'): Promise<unknown>;
  /** Everything heard so far. */
  heard(): Promise<readonly Heard[]>;
  close(): Promise<void>;
}

export interface OfficialClient {
  readonly name: string;
  readonly transport: Transport;
  /** The same client over another transport, to compare with where there is no way without a gate. */
  readonly over: (transport: Transport) => OfficialClient;
  /** The same client over the same transport when it finds no 2026-07-28; undefined when it then finds nothing. */
  readonly shakingHands: () => OfficialClient | undefined;
  connect(target: Target): Promise<Session>;
}

/** A server that says nothing any more is a failure, and not for ever. */
export const TIMEOUT_MS = 30_000;
