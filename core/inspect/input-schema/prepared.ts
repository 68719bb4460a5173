/** A JSON Schema made ready for values: every keyword that is there, in the form in which it is asked. */
import type { RE2JS } from 're2js';

export interface PreparedPattern {
  readonly compiled: RE2JS;
  /** Instructions: what a match takes goes with them. */
  readonly size: number;
}

/** Absent: the keyword is not there. https://json-schema.org/draft/2020-12/json-schema-validation */
export interface Prepared {
  /** Of the whole: something in it asks for what nothing else has looked at. */
  tracks?: true;
  /** The schema `false`. */
  never?: true;
  ref?: Prepared;
  types?: ReadonlySet<string>;
  /** `enum` and `const`, as canonical JSON. */
  values?: readonly ReadonlySet<string>[];
  min?: number;
  max?: number;
  above?: number;
  below?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: PreparedPattern;
  minItems?: number;
  maxItems?: number;
  unique?: true;
  /** The first entries of a list, each with its own schema. */
  first?: readonly Prepared[];
  /** All others. */
  items?: Prepared;
  contains?: { readonly schema: Prepared; readonly min: number; readonly max: number };
  minProperties?: number;
  maxProperties?: number;
  required?: readonly string[];
  properties?: ReadonlyMap<string, Prepared>;
  patternProperties?: readonly (readonly [PreparedPattern, Prepared])[];
  additional?: Prepared;
  names?: Prepared;
  dependentRequired?: ReadonlyMap<string, readonly string[]>;
  dependentSchemas?: ReadonlyMap<string, Prepared>;
  all?: readonly Prepared[];
  any?: readonly Prepared[];
  one?: readonly Prepared[];
  not?: Prepared;
  /** `if`, `then` and `else`. */
  condition?: Prepared;
  whenSo?: Prepared;
  otherwise?: Prepared;
  unevaluatedItems?: Prepared;
  unevaluatedProperties?: Prepared;
}
