/** The YAML configuration of a process, checked as strictly as what users write. */
import { parse } from 'yaml';
import type * as z from 'zod';
import { formatPath } from './problem.ts';

/** `of`: whose it is, for the error. Throws an Error that names the file and every field that is wrong. */
export function parseConfigText<S extends z.ZodType>(text: string, file: string, schema: S, of: string): z.output<S> {
  let written: unknown;
  try {
    written = parse(text);
  } catch (error) {
    throw new Error(`${file} is not YAML: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const parsed = schema.safeParse(written);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `  ${formatPath(path) || 'the file'}: ${message}`);
  throw new Error(`${file} is not a configuration of ${of}:\n${problems.join('\n')}`);
}
