/**
 * MCP 2025-03-26: Streamable HTTP begins. One endpoint: a POST is answered by JSON or by a stream of its own, GET opens a stream
 * for what the server says besides, DELETE ends the session, which is named by `Mcp-Session-Id` if the server wants one.
 * A POST may carry a list of messages (Batching; only this revision has it), but no `initialize` in it.
 * Nothing names the revision after the handshake, so this one is assumed where no header says otherwise.
 * Leaving is not cancelling: a stream may be resumed with `Last-Event-ID`.
 */
import {
  ASK_NOTHING,
  ASK_ROOTS,
  ASK_SAMPLING,
  CALL_TOOL,
  COMPLETE,
  GET_PROMPT,
  LIST_PROMPTS,
  LIST_RESOURCES,
  LIST_TEMPLATES,
  LIST_TOOLS,
  PASS,
  USE_RESOURCE,
} from '../../catalogue.ts';
import { legacyRevision } from '../legacy.ts';

export const REVISION_2025_03_26 = legacyRevision({
  version: '2025-03-26',
  requests: new Map([
    ['initialize', PASS],
    ['ping', PASS],
    ['logging/setLevel', PASS],
    ['tools/list', LIST_TOOLS],
    ['tools/call', CALL_TOOL],
    ['resources/list', LIST_RESOURCES],
    ['resources/templates/list', LIST_TEMPLATES],
    ['resources/read', USE_RESOURCE],
    ['resources/subscribe', USE_RESOURCE],
    ['resources/unsubscribe', USE_RESOURCE],
    ['prompts/list', LIST_PROMPTS],
    ['prompts/get', GET_PROMPT],
    ['completion/complete', COMPLETE],
  ]),
  notifications: new Set([
    'notifications/initialized',
    'notifications/cancelled',
    'notifications/progress',
    'notifications/roots/list_changed',
  ]),
  serverRequests: new Map([
    ['ping', ASK_NOTHING],
    ['sampling/createMessage', ASK_SAMPLING],
    ['roots/list', ASK_ROOTS],
  ]),
  serverNotifications: new Set([
    'notifications/cancelled',
    'notifications/progress',
    'notifications/message',
    'notifications/resources/updated',
    'notifications/resources/list_changed',
    'notifications/tools/list_changed',
    'notifications/prompts/list_changed',
  ]),
  batches: true,
});
