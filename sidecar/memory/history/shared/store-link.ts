/** One connection to a store that gates share, in words that need no client of it: the client is loaded only where one is named. */
export interface Destination {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** PEM; null: the authorities that Node knows. */
  readonly ca: string | null;
  readonly database: number;
  readonly username: string | null;
}

export interface Link {
  /** What the script answers. Rejects with what went wrong. */
  run(keys: readonly string[], words: readonly string[]): Promise<unknown>;
  /** Whatever is open is rejected. */
  close(): void;
}

export interface LinkOptions {
  readonly to: Destination;
  /** Undefined: none is sent. */
  readonly password: string | undefined;
  readonly timeoutMs: number;
  /** Called once, when it is no good any more. */
  readonly onEnd: (error: Error) => void;
}
