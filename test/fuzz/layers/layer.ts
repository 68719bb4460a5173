/** What the layers of the fuzz have in common. */

export const LAYERS = ['json', 'http', 'sse', 'answer', 'listeners'] as const;
export type LayerName = (typeof LAYERS)[number];

/** A number for each server, by its name. */
export type Counts = Readonly<Record<string, number>>;

export interface Tally {
  readonly inputs: number;
  /** How many of them the gate let through. */
  readonly letThrough: number;
  /** How many messages each server executed of them. */
  readonly executed: Counts;
  readonly findings: readonly Finding[];
}

/** An input that was read in two ways. */
export interface Finding {
  readonly layer: LayerName;
  /** Who read it otherwise. */
  readonly by: string;
  readonly why: string;
  /** As regressions.json keeps it. */
  readonly input: StoredInput;
  /** The row of regressions.json that has it already. */
  readonly row?: string;
}

/** Bytes that are UTF-8 are kept as text, others as base64. */
export interface StoredBytes {
  readonly text?: string;
  readonly base64?: string;
}

export interface StoredInput extends StoredBytes {
  /** In the layer of listeners, how the client ends it (`ending`). */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where a stream is cut. */
  readonly cuts?: readonly number[];
}

export interface Layer {
  readonly name: LayerName;
  /** Makes and runs some inputs; the same for the same seed and number. */
  batch(seed: number, number: number): Promise<Tally>;
  /** Runs one input; undefined when everybody read it the same way. */
  check(input: StoredInput): Promise<Finding | undefined>;
  /** A smaller input with the same kind of finding. */
  minimise(finding: Finding): Promise<Finding>;
  close(): Promise<void>;
}

export function storeBytes(bytes: Buffer): StoredBytes {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? { text } : { base64: bytes.toString('base64') };
}

export function loadBytes({ text, base64 }: StoredBytes): Buffer {
  return text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text);
}

export function addCounts(a: Counts, b: Counts): Counts {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

export function sumOfCounts(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
