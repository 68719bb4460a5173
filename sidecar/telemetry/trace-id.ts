/** The trace a call belongs to (W3C Trace Context, traceparent). */
import { randomFillSync } from 'node:crypto';

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const NO_TRACE = '0'.repeat(32);
const ID_BYTES = 16;

// One system call for 256 ids.
const pool = Buffer.alloc(ID_BYTES * 256);
let used = pool.length;

/** The 32 hex digits the client sent, or new ones where it sent none that are valid. */
export function traceIdOf(traceparent: string | string[] | undefined): string {
  const sent = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
  return sent === undefined || sent === NO_TRACE ? newTraceId() : sent;
}

function newTraceId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += ID_BYTES;
  return pool.toString('hex', used - ID_BYTES, used);
}
