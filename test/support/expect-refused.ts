/** The one thing every bad input has in common: an answer that helps, one line on record, nothing at the server. */
import { expect } from 'vitest';
import type { FixtureServer } from './fixture-server.ts';
import type { TestGate } from './gate.ts';
import { type RawRequest, type RawResponse, rawExchange } from './raw-http.ts';

export interface Refused {
  readonly status: number;
  /** JSON-RPC error code. */
  readonly code: number;
  /** What the message must say. */
  readonly says: RegExp | string;
  /** The audit line's reason. */
  readonly reason: string;
}

export async function expectRefused(
  gate: TestGate,
  fixture: FixtureServer,
  request: RawRequest,
  expected: Refused,
): Promise<RawResponse> {
  const before = (await gate.decisions()).length;
  const seenBefore = fixture.seen.length;
  const response = await rawExchange(gate.port, request);
  const { error } = JSON.parse(response.body) as { error: { code: number; message: string } };
  expect({ status: response.status, code: error.code }).toEqual({ status: expected.status, code: expected.code });
  expect(error.message).toMatch(expected.says);
  // A request line, then nothing: the second look would show a line too many.
  const added = (await gate.decisions(before + 1)).slice(before);
  expect(added.map(({ outcome, decision }) => [outcome, decision.reason])).toEqual([['refused', expected.reason]]);
  expect(fixture.seen).toHaveLength(seenBefore);
  return response;
}
