/**
 * What a traffic log keeps of a value: enough to decide on it again and to write a rule that holds for it, and nothing that a reader of
 * the log could use. Every node says what it is, so that no value can pose as a shape.
 */
import type { ParameterType } from '../inspect/typing/parameter-types.ts';

export type Scalar = string | number | boolean | null;

/** As it was sent: yes and no, small numbers, words of a vocabulary, and what the recording names. */
export interface ValueShape {
  readonly is: 'value';
  readonly value: Scalar;
}

/** `above` < n ≤ `upTo` for positive numbers; `above` ≤ n < `upTo` for negative ones. The borders are 1, 2 and 5 times powers of ten. */
export interface NumberShape {
  readonly is: 'number';
  readonly above: number;
  readonly upTo: number;
  readonly whole: boolean;
}

export interface TextShape {
  readonly is: 'text';
  /** Unicode code points, rounded up to a power of two. */
  readonly chars: number;
  /** What the parameter is taken for; absent: nothing is known of it. */
  readonly type?: ParameterType;
  /** Kinds of secrets, personal data and attacks that were found in it, sorted. */
  readonly found?: readonly string[];
}

/** `under`: the folders that it begins with, `''` for a relative one without any; `parts`: how many follow. */
export interface PathShape {
  readonly is: 'path';
  readonly under: string;
  readonly parts: number;
}

export interface UrlShape {
  readonly is: 'url';
  readonly scheme: string;
  readonly host: string;
  readonly port?: number;
}

export interface HostShape {
  readonly is: 'host';
  readonly host: string;
  readonly port?: number;
}

export interface ShellShape {
  readonly is: 'shell';
  /** Names of the programs that it starts, each once. */
  readonly programs: readonly string[];
  readonly chars: number;
}

export interface SqlShape {
  readonly is: 'sql';
  /** What its statements do, and the tables that they name, each once. */
  readonly kinds: readonly string[];
  readonly tables: readonly string[];
  readonly chars: number;
}

/** `left`: how many members are not shown, because their names say too much or there are too many. */
export interface ObjectShape {
  readonly is: 'object';
  readonly members: Readonly<Record<string, Shape>>;
  readonly left?: number;
}

/** `items`: the shapes that its items have, each once; `count`: how many items there were. */
export interface ArrayShape {
  readonly is: 'array';
  readonly items: readonly Shape[];
  readonly count: number;
}

export type LeafShape = ValueShape | NumberShape | TextShape | PathShape | UrlShape | HostShape | ShellShape | SqlShape;
export type Shape = LeafShape | ObjectShape | ArrayShape;
