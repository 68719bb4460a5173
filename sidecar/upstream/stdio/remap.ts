/**
 * Ids on their way to a server that is shared, and back. Only the bytes of the id change: written anew from what was parsed, a
 * message would lose the digits of large numbers and the difference between 1 and 1.0.
 */
import { JsonView, type Span, splice } from '../../../core/mcp/json-view.ts';
import { SUBSCRIPTION_ID } from './words.ts';

/** Where a value stands in a message: the key on each level. */
type Path = readonly [key: string, ...string[]];

const ID: Path = ['id'];
const REQUEST_TOKEN: Path = ['params', '_meta', 'progressToken'];
const PROGRESS_TOKEN: Path = ['params', 'progressToken'];
const SUBSCRIPTION: Path = ['params', '_meta', SUBSCRIPTION_ID];
const ENDED_SUBSCRIPTION: Path = ['result', '_meta', SUBSCRIPTION_ID];

export interface Outgoing {
  readonly body: Buffer;
  /** The progress token as the client wrote it; undefined when it gave none. */
  readonly token: string | undefined;
}

/** A request under the gate's own id, which is its progress token as well. */
export function remapRequest(body: Buffer, gateId: number): Outgoing {
  const token = spanOf(body, REQUEST_TOKEN);
  return {
    body: replace(body, [ID, REQUEST_TOKEN], String(gateId)),
    token: token === undefined ? undefined : body.toString('utf8', token.start, token.end),
  };
}

/** An answer under the client's id, given as JSON text; that of a listen request names it a second time. */
export function remapAnswer(line: Buffer, id: string): Buffer {
  return replace(line, [ID, ENDED_SUBSCRIPTION], id);
}

/** An error whose `id` is null or missing, under that of the one call it can be about, given as JSON text. */
export function nameError(line: Buffer, id: string): Buffer {
  if (spanOf(line, ID) !== undefined) return replace(line, [ID], id);
  return Buffer.concat([Buffer.from(`{"id":${id},`), line.subarray(line.indexOf('{') + 1)]);
}

export function remapProgress(line: Buffer, token: string): Buffer {
  return replace(line, [PROGRESS_TOKEN], token);
}

export function remapSubscription(line: Buffer, id: string): Buffer {
  return replace(line, [SUBSCRIPTION], id);
}

function replace(json: Buffer, paths: readonly Path[], text: string): Buffer {
  const spans = paths.map((path) => spanOf(json, path)).filter((span) => span !== undefined);
  return splice(
    json,
    spans.toSorted((a, b) => a.start - b.start).map((span) => ({ span, text })),
  );
}

function spanOf(json: Buffer, [key, ...rest]: Path, view = JsonView.of(json)): Span | undefined {
  const [next, ...others] = rest;
  if (next === undefined) return view?.span(key);
  const inner = view?.view(key);
  return inner === undefined ? undefined : spanOf(json, [next, ...others], inner);
}
