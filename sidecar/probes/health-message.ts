/**
 * The two messages of the gRPC health protocol (grpc.health.v1, grpc/doc/health-checking.md) in their encoding: a length-prefixed frame
 * (gRPC over HTTP/2, Length-Prefixed-Message) around Protocol Buffers. Pure.
 */

/** Path of the method (gRPC over HTTP/2, Requests). */
export const HEALTH_CHECK = '/grpc.health.v1.Health/Check';

const SERVING = 1;
/** Field 1 as text; field 1 as a number. */
const SERVICE_TAG = 0x0a;
const STATUS_TAG = 0x08;
const FRAME_HEAD = 5;

/** HealthCheckRequest {string service = 1}. */
export function healthRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([SERVICE_TAG, ...varint(name.length)]), name]);
  const head = Buffer.alloc(FRAME_HEAD);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** HealthCheckResponse {ServingStatus status = 1}: whether a frame says SERVING. What cannot be read does not. */
export function saysServing(frame: Buffer): boolean {
  const isPlain = frame.length >= FRAME_HEAD && frame[0] === 0;
  if (!isPlain || frame.readUInt32BE(1) !== frame.length - FRAME_HEAD) return false;
  return frame[FRAME_HEAD] === STATUS_TAG && frame[FRAME_HEAD + 1] === SERVING;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}
