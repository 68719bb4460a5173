/**
 * MCP 2024-11-05: the first published revision.
 * Over HTTP it has a transport of its own (HTTP+SSE): a stream, opened with GET, whose first event names the address to post to,
 * and on which every answer comes; a POST is only ever accepted. The stream is the session. A handshake (`initialize`) begins it.
 * No headers of MCP, no batches, no elicitation. Losing the connection ends everything; `notifications/cancelled` takes a call back.
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

export const REVISION_2024_11_05 = legacyRevision({
  version: '2024-11-05',
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
});
