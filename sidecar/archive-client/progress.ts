/**
 * Up to where the archive has each audit file, kept beside them. Without it all is sent again, which the archive takes for what it is: so
 * it is written now and then, and nothing hangs on it.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

/** Longer than any line, its newline included. */
const MAX_LINE_BYTES = 3 * 1024 * 1024;

/** In a file: behind the last line that was acknowledged, where that line begins, and its SHA-256 (hex). */
const placeSchema = z
  .strictObject({ end: z.int().min(0), lineAt: z.int().min(0), hash: z.string() })
  // As much is read at once, so a file that is damaged must not ask for more than a line.
  .refine(({ end, lineAt }) => end > lineAt && end - lineAt <= MAX_LINE_BYTES);
export type Place = z.infer<typeof placeSchema>;

/** By inode: files are renamed when they are full. */
const progressSchema = z.object({ v: z.literal(1), files: z.record(z.string(), placeSchema) });

export function readProgress(path: string): Map<string, Place> {
  try {
    const parsed = progressSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return new Map(parsed.success ? Object.entries(parsed.data.files) : []);
  } catch {
    return new Map();
  }
}

/** Throws the system's error. */
export function writeProgress(path: string, places: ReadonlyMap<string, Place>): void {
  const text = JSON.stringify({ v: 1, files: Object.fromEntries(places) } satisfies z.infer<typeof progressSchema>);
  const draft = `${path}.new`;
  writeFileSync(draft, `${text}\n`, { mode: 0o600 });
  renameSync(draft, path);
}
