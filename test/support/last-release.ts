/** The sidecar of the last release, as its image runs it: what is still in pods when the operator has moved on. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const ZIPPED = join(import.meta.dirname, '..', 'fixtures', 'last-release', 'sidecar.mjs.gz');

export interface LastRelease {
  readonly file: string;
  close(): void;
}

export function unpackLastRelease(): LastRelease {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-last-release-'));
  const file = join(folder, 'sidecar.mjs');
  writeFileSync(file, gunzipSync(readFileSync(ZIPPED)));
  return { file, close: () => rmSync(folder, { recursive: true }) };
}
