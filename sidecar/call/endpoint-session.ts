/**
 * Sessions of HTTP+SSE (MCP 2024-11-05, HTTP with SSE): a stream that begins with the address to post to. The server's own address
 * leads around the gate, so the client is given one of the gate's, with a session of the gate's that is bound to who opened the stream.
 */
import { randomUUID } from 'node:crypto';
import { OLDEST_LEGACY } from '../../core/mcp/revisions/index.ts';
import type { Logger } from 'pino';
import type { SessionTable } from '../memory/sessions.ts';
import type { PodHandles } from '../memory/pod-handles.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Call } from './call.ts';
import type { Reply } from './reply.ts';
import type { Refusal } from '../../core/mcp/refusals.ts';
import { messageEvent } from '../../core/mcp/sse.ts';
import type { Session } from '../memory/sessions.ts';

/** Name of the query member; reference servers use the same. */
export const ENDPOINT_SESSION = 'sessionId';
const MCP_PATH = '/mcp';

interface EndpointParts {
  readonly sessions: SessionTable;
  readonly handles: PodHandles;
  readonly upstream: Upstream;
  readonly log: Logger;
}

/** The address for the client; undefined where no session can begin: on other streams, a second time, or when the address is elsewhere. */
export function openEndpoint(call: Call, reply: Reply, gate: EndpointParts, announced: string): string | undefined {
  const { request, principal, session } = call;
  if (request.httpMethod !== 'GET' || principal === undefined || session !== undefined) return undefined;
  const endpoint = gate.upstream.endpointIn(announced);
  if (endpoint === undefined) {
    gate.log.warn(
      { announced: announced.slice(0, 200) },
      'the server announces an address that is not its own; it is not passed on',
    );
    return undefined;
  }
  const id = randomUUID();
  const opened = gate.sessions.open(id, principal, OLDEST_LEGACY, { endpoint, stream: reply, ownUnread: 0 });
  // The stream is in the table already, and takes itself out of this session when it ends.
  opened.inUse++;
  call.agrees({ session: opened, revision: OLDEST_LEGACY });
  return `${MCP_PATH}?${ENDPOINT_SESSION}=${gate.handles.seal(id)}`;
}

/** Calls of such a session are answered on its stream alone: with it goes their last chance to hear what became of them. */
export function tellOpenCalls({ session, conversation }: Call, stream: Reply, { code, message }: Refusal): void {
  if (session?.transport?.stream !== stream || conversation === undefined) return;
  for (const asked of conversation.asked.open()) {
    asked.answer();
    stream.write(messageEvent(JSON.stringify({ jsonrpc: '2.0', id: asked.id, error: { code, message } })));
  }
}

/** Whether answers are still to come on the stream of such a session. */
export function awaitsAnswers(session: Session | undefined): boolean {
  return session?.transport !== undefined && session.conversation.asked.size > 0;
}
