/** What a server asks inside of a result, or of a notification about a task (MCP 2026-07-28, Multi Round-Trip Requests). */
import { JsonView, type Span, isNullAt } from '../../../core/mcp/json-view.ts';
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import { readServerRequest } from '../../../core/mcp/server-message.ts';
import type { Call } from '../../call/call.ts';
import type { AnswerParts } from '../parts.ts';
import { type Ask, decideAsks, declaredBy } from '../server-requests.ts';
import { type Answer, type Ruling, UnreadableMessage } from '../check.ts';

/** As many as a client may answer at once; no person is asked a hundred things. */
const MAX_INPUT_REQUESTS = 100;

export function checkInputRequests({ offers, text, call, gate }: Answer): Ruling {
  const { inputRequests } = offers;
  const refusal = inputRequests === undefined ? undefined : refusedInput(text.whole, inputRequests, call, gate);
  return refusal === undefined ? undefined : { stop: refusal };
}

/** Why something that the server asks inside of another message may not be asked. Throws `UnreadableMessage`. */
export function refusedInput(bytes: Buffer, span: Span, call: Call, gate: AnswerParts): Refusal | undefined {
  if (isNullAt(bytes, span)) return undefined;
  const inputRequests = JsonView.of(bytes, span);
  if (inputRequests === undefined) throw new UnreadableMessage('its "inputRequests" cannot be read');
  if (inputRequests.keys.length > MAX_INPUT_REQUESTS)
    throw new UnreadableMessage(`it has more than ${MAX_INPUT_REQUESTS} input requests`);
  const asks: Ask[] = [];
  for (const key of inputRequests.keys) {
    const request = inputRequests.view(key);
    const asked = request === undefined ? 'it is no object' : readServerRequest(request);
    if (typeof asked === 'string') throw new UnreadableMessage(`of its input request ${JSON.stringify(key)}: ${asked}`);
    asks.push(asked);
  }
  const refusal = decideAsks(call, gate, asks, declaredBy(call));
  if (refusal === undefined || refusal.reason !== 'unknown-method') return refusal;
  // To the client "method not found" would be about its own call.
  return refuse('upstream-invalid', `it asks in its answer for something that it may not: ${refusal.message}`);
}
