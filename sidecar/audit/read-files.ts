/** Audit files as `audit verify` reads them: plain, or compressed with gzip as logrotate does. */
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { lineHash } from '../../core/audit/chain.ts';
import { HeldLine, type WholeLine } from '../../core/audit/held-line.ts';
import { parseLine } from '../../core/audit/parse-line.ts';
import type { AuditFile } from '../../core/audit/verify-files.ts';

const CHUNK_BYTES = 2 ** 20;
const NEWLINE = 0x0a;
/** `audit.jsonl`, `audit-000001.jsonl`, `audit.jsonl.1`, `audit.jsonl-20261121.gz`; not locks, nor what else lies there. */
const AUDIT_FILE = /\.jsonl(?:[.-]\d+)*(?:\.gz)?$/;
/** In the state directory of a gate, beside its log. */
const OF_SESSIONS = 'sessions.jsonl';

/** The audit files of a folder, by name. Throws the system's error. */
export function auditFilesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => AUDIT_FILE.test(name) && name !== OF_SESSIONS)
    .map((name) => join(folder, name))
    .filter(isFile)
    .toSorted();
}

/** A name that leads nowhere, a link to itself say, is no file, and must not keep the others from being read. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
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
  const held = new HeldLine();
  let first: WholeLine | undefined;
  let last: WholeLine | undefined;
  let bytes = 0;
  for await (const chunk of readAuditFile(path)) {
    let start = 0;
    bytes += chunk.length;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      // Most lines are only passed over: what counts is the first and the last one.
      const isLastOfChunk = chunk.indexOf(NEWLINE, end + 1) === -1;
      if (first === undefined || isLastOfChunk) {
        held.push(chunk.subarray(start, end));
        last = held.take();
        first ??= last;
      } else held.drop();
      start = end + 1;
    }
    if (start < chunk.length) held.push(chunk.subarray(start));
  }
  if (held.length > 0) last = held.take();
  if (last === undefined) return undefined;
  first ??= last;
  const fields = 'bytes' in first ? parseLine(first.bytes).fields : undefined;
  return {
    name,
    firstPrev: fields?.prev,
    firstTime: fields?.time ?? '',
    firstHash: hashOf(first),
    lastHash: hashOf(last),
    bytes,
    read: () => readAuditFile(path),
  };
}

function hashOf(line: WholeLine): string {
  return 'bytes' in line ? lineHash(line.bytes) : line.oversized;
}
