/** Reads a YAML document that is no kind of ours, with the same care, places and mends as one that is. */
import { LineCounter } from 'yaml';
import type * as z from 'zod';
import { inputJsonSchema } from './kinds.ts';
import { DocumentReader, isEmpty, parse, type Position, TOO_DEEP } from './load.ts';
import type { Problem } from './problem.ts';
import type { Sentences } from './wording.ts';

export interface LoadedValue<Value> {
  readonly value: Value;
  /** Where the value at a path stands, or what is nearest to it. */
  position(path: readonly PropertyKey[]): Position;
}

/** `expected`: what is said where the document is no mapping, up to `, got …`. */
export function loadValue<S extends z.ZodType>(
  text: string,
  file: string,
  schema: S,
  expected: Sentences,
): LoadedValue<z.infer<S>> | { readonly problems: readonly Problem[] } {
  const source = { text: text.replace(/^\uFEFF/, ''), file, lines: new LineCounter() };
  const fault = (said: Sentences) => ({ problems: [{ file, line: 1, column: 1, path: '', ...said }] });
  const documents = parse(source);
  if (documents === undefined) return fault(TOO_DEEP);
  const [document, second] = documents.filter((one) => !isEmpty(one));
  if (document === undefined) return fault({ message: 'the file is empty', mend: 'delete it or write it' });
  if (second !== undefined) return fault({ message: 'more than one document', mend: 'write a file for each' });
  const reader = new DocumentReader(source, document);
  const read = reader.value(expected);
  const value = read === undefined ? undefined : reader.check(read, schema, inputJsonSchema(schema));
  return value === undefined ? { problems: reader.problems } : { value, position: reader.position.bind(reader) };
}
