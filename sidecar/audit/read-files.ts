/** Audit files as `audit verify` reads them: plain, or compressed with gzip as logrotate does. */
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { lineHash } from '../../core/audit/chain.ts';
import { parseLine } from '../../core/audit/parse-line.ts';
import type { AuditFile } from '../../core/audit/verify-files.ts';

const CHUNK_BYTES = 2 ** 20;
const NEWLINE = 0x0a;
/** `audit.jsonl`, `audit-000001.jsonl`, `audit.jsonl.1`, `audit.jsonl-20261121.gz`; not locks, nor what else lies there. */
const AUDIT_FILE = /\.jsonl(?:[.-]\d+)*(?:\.gz)?$/;

/** The audit files of a folder, by name. Throws the system's error. */
export function auditFilesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => AUDIT_FILE.test(name))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .toSorted();
}

/** The bytes of a file, unpacked. Rejects with the system's error, or that of gzip. */
export function readAuditFile(path: string): AsyncIterable<Uint8Array> {
  const raw = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  if (!path.endsWith('.gz')) return raw;
  const plain = createGunzip();
  raw.once('error', (error) => plain.destroy(error));
  return raw.pipe(plain);
}

/** A file with both its ends; undefined for one without a byte, as logrotate makes them. */
export async function describeAuditFile(path: string, name = basename(path)): Promise<AuditFile | undefined> {
  let first: Uint8Array | undefined;
  let parts: Uint8Array[] = [];
  let last: Uint8Array | undefined;
  for await (const chunk of readAuditFile(path)) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      // Most lines are only passed over: what counts is the first and the last one.
      const isFirst = first === undefined;
      const isLastOfChunk = chunk.indexOf(NEWLINE, end + 1) === -1;
      if (isFirst || isLastOfChunk) {
        last = Buffer.concat([...parts, chunk.subarray(start, end)]);
        first ??= last;
      }
      parts = [];
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  }
  if (parts.length > 0) last = Buffer.concat(parts);
  if (last === undefined) return undefined;
  const fields = parseLine(first ?? last).fields;
  return {
    name,
    firstPrev: fields?.prev,
    firstTime: fields?.time ?? '',
    lastHash: lineHash(last),
    read: () => readAuditFile(path),
  };
}
