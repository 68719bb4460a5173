/**
 * MCP 2025-06-18: batches are gone (reference servers still execute them), `MCP-Protocol-Version` is required after the handshake,
 * servers may show people a form (elicitation; clients also
 * go to a URL if asked for one, so that is decided on as in later revisions), results may be structured. The server is an OAuth resource server.
 * Transport, sessions and leaving are those of 2025-03-26.
 */
import {
  ASK_ELICITATION,
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

export const REVISION_2025_06_18 = legacyRevision({
  version: '2025-06-18',
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
    ['elicitation/create', ASK_ELICITATION],
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
