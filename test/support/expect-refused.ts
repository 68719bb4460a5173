/** The one thing every bad input has in common: an answer that helps, one line on record, nothing at the server. */
import { expect } from 'vitest';
import type { FixtureServer } from './fixture-server.ts';
import type { TestGate } from './gate.ts';
import { type RawRequest, type RawResponse, rawExchange } from './raw-http.ts';

export interface Refused {
  readonly status: number;
  /** JSON-RPC error code; `result`: the words are in a tool's result. */
  readonly code: number | 'result';
  /** What the message must say. */
  readonly says: RegExp | string;
  /** The audit line's reason. */
  readonly reason: string;
}

interface Answer {
  readonly id: unknown;
  readonly result?: { readonly isError?: boolean; readonly content: readonly { readonly text: string }[] };
  readonly error?: { readonly code: number; readonly message: string };
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
  const { id, result, error } = JSON.parse(response.body) as Answer;
  const code = result?.isError === true ? 'result' : error?.code;
  expect({ status: response.status, code }).toEqual({ status: expected.status, code: expected.code });
  // An answer is under the id of the call; without one, nobody could place it.
  if (response.status === 200) expect(id).not.toBeNull();
  expect(error?.message ?? result?.content[0]?.text).toMatch(expected.says);
  // A request line, then nothing: the second look would show a line too many.
  const added = (await gate.decisions(before + 1)).slice(before);
  expect(added.map(({ outcome, decision }) => [outcome, decision.reason])).toEqual([['refused', expected.reason]]);
  expect(fixture.seen).toHaveLength(seenBefore);
  return response;
}
