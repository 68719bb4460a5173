/**
 * What a server says of itself to every model that speaks with it: in its answer to `initialize` (MCP 2025-11-25, Lifecycle) and to
 * `server/discover` (MCP 2026-07-28). What may not be shown is left empty.
 */
import type { JsonView } from '../../../core/mcp/json-view.ts';
import { foldedIndex } from '../../../core/mcp/message.ts';
import { type Answer, type Ruling, UnreadableMessage } from '../check.ts';
import { DefinitionDoor } from '../definitions.ts';

const MEMBER = 'instructions';
const FOLDED = foldedIndex([MEMBER]);

export function checkInstructions({ call, gate, result }: Answer): Ruling {
  // On a stream that carries answers to several requests only the shape tells.
  if (result === undefined || !result.has('capabilities')) return undefined;
  const policy = gate.policy.current() ?? call.policy;
  if (policy === undefined || policy.definitions.isEmpty) return undefined;
  if (result.misspelled(FOLDED) !== undefined) throw new UnreadableMessage(`its "${MEMBER}" have another spelling`);
  const span = result.span(MEMBER);
  if (span === undefined || result.isNull(MEMBER)) return undefined;
  const bytes = definitionOf(result);
  const isShown = bytes !== undefined && new DefinitionDoor(call, gate, policy).mayShow(MEMBER, '', bytes);
  return isShown ? undefined : { edits: [{ span, text: '""' }] };
}

/** Undefined for what is no text, or a very large one. */
function definitionOf(result: JsonView): Buffer | undefined {
  const instructions = result.string(MEMBER);
  return instructions === undefined ? undefined : Buffer.from(JSON.stringify({ instructions }));
}
