import type { Call } from './call.ts';

/** Clients must accept both kinds of answer (MCP, Streamable HTTP), but one that says it takes no events gets none. */
export function acceptsEvents(call: Call): boolean {
  const { accept } = call.headers;
  return accept === undefined || accept.includes('text/event-stream') || accept.includes('*/*');
}
