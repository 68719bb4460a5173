import { EVENTS_TYPE, JSON_TYPE, accepts } from '../../core/mcp/accept.ts';
import type { Call } from './call.ts';

/** Clients must accept both kinds of answer (MCP, Streamable HTTP), but one that says it takes no events gets none. */
export function acceptsEvents({ request }: Call): boolean {
  return accepts(request.headers.accept, EVENTS_TYPE);
}

export function acceptsJson({ request }: Call): boolean {
  return accepts(request.headers.accept, JSON_TYPE);
}

/** Whether something that is said before the answer can reach the client of this call on its own stream. */
export function takesMore(call: Call): boolean {
  // Over HTTP+SSE everything is an event, whatever a POST says that it takes; and a pipe takes all there is.
  return call.request.mcpHeaders === undefined || call.session?.transport !== undefined || acceptsEvents(call);
}
