/** Ids of what begins here (W3C Trace Context §3.2.2): random, and never all 0. */
import { randomFillSync } from 'node:crypto';

const TRACE_BYTES = 16;
const SPAN_BYTES = 8;

// One system call for 256 ids of traces.
const pool = Buffer.alloc(TRACE_BYTES * 256);
let used = pool.length;

/** 32 hex digits. */
export function newTraceId(): string {
  return take(TRACE_BYTES);
}

/** 16 hex digits. */
export function newSpanId(): string {
  return take(SPAN_BYTES);
}

function take(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
