/**
 * MCP 2026-07-28: no handshake, no sessions, POST only; version and capabilities travel in every request's `_meta`, and headers that
 * mirror the body (`MCP-Protocol-Version`, `Mcp-Method`, `Mcp-Name`) must agree with it.
 * A server asks its client inside of a result, and the client calls again with the answers (MRTR); changes are told on the stream of
 * `subscriptions/listen`; tasks are an extension. Leaving is cancelling.
 */
import {
  ASK_ELICITATION,
  ASK_ROOTS,
  ASK_SAMPLING,
  CALL_TOOL,
  COMPLETE,
  GET_PROMPT,
  LISTEN,
  LIST_PROMPTS,
  LIST_RESOURCES,
  LIST_TEMPLATES,
  LIST_TOOLS,
  PASS,
  USE_RESOURCE,
  USE_TASK,
} from '../../catalogue.ts';
import type { JsonObject } from '../../message.ts';
import type { Revision } from '../../revision.ts';
import { readOffers, readReferences } from './handles.ts';
import { TASK_FORMS } from './task-forms.ts';

/** A filtered list may be cached this long: a change of policy reaches the client's catalogue within it. */
const MAX_FILTERED_TTL_MS = 30_000;

/** The only requests whose result may be that more is needed (Multi Round-Trip Requests, Supported Requests). */
const MULTI_ROUND: ReadonlySet<string> = new Set(['tools/call', 'resources/read', 'prompts/get']);

export const REVISION_2026_07_28: Revision = {
  version: '2026-07-28',
  era: 'modern',
  requests: new Map([
    ['server/discover', PASS],
    ['tools/list', LIST_TOOLS],
    ['tools/call', CALL_TOOL],
    ['resources/list', LIST_RESOURCES],
    ['resources/templates/list', LIST_TEMPLATES],
    ['resources/read', USE_RESOURCE],
    ['prompts/list', LIST_PROMPTS],
    ['prompts/get', GET_PROMPT],
    ['completion/complete', COMPLETE],
    ['subscriptions/listen', LISTEN],
    ['tasks/get', USE_TASK],
    ['tasks/update', USE_TASK],
    ['tasks/cancel', USE_TASK],
  ]),
  notifications: new Set(['notifications/cancelled', 'notifications/progress']),
  // They come as `inputRequests` of a result, never as messages of their own: see `serverMayAsk`.
  serverRequests: new Map([
    ['sampling/createMessage', ASK_SAMPLING],
    ['elicitation/create', ASK_ELICITATION],
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
    'notifications/subscriptions/acknowledged',
    'notifications/elicitation/complete',
    'notifications/tasks',
  ]),
  batches: false,
  mirroredNames: new Map([
    ['tools/call', 'name'],
    ['prompts/get', 'name'],
    ['resources/read', 'uri'],
    ['tasks/get', 'taskId'],
    ['tasks/update', 'taskId'],
    ['tasks/cancel', 'taskId'],
  ]),
  readReferences,
  readOffers,
  completeResult(result: JsonObject): JsonObject {
    return { ...result, resultType: 'complete' };
  },
  tasks: TASK_FORMS,
  callAgain(method: string, requestState: string): JsonObject | undefined {
    return MULTI_ROUND.has(method) ? { resultType: 'input_required', requestState } : undefined;
  },
  membersOfList: (ttlMs) => ({
    ttlMs: typeof ttlMs === 'number' ? Math.min(ttlMs, MAX_FILTERED_TTL_MS) : 0,
    cacheScope: 'private',
  }),
};
