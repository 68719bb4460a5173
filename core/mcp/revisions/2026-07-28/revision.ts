/** MCP 2026-07-28: no handshake, no sessions; version and capabilities travel in every request's `_meta`. */
import {
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
} from '../../catalogue.ts';
import type { JsonObject } from '../../message.ts';
import type { Revision } from '../../revision.ts';

/** A filtered list may be cached this long: a change of policy reaches the client's catalogue within it. */
const MAX_FILTERED_TTL_MS = 30_000;

export const REVISION_2026_07_28: Revision = {
  version: '2026-07-28',
  era: 'modern',
  unknownMethodStatus: 404,
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
  ]),
  notifications: new Set(['notifications/cancelled', 'notifications/progress']),
  completeResult(result: JsonObject): JsonObject {
    return { ...result, resultType: 'complete' };
  },
  completeFilteredList(result: JsonObject): JsonObject {
    const ttlMs = result['ttlMs'];
    return {
      ...result,
      ttlMs: typeof ttlMs === 'number' ? Math.min(ttlMs, MAX_FILTERED_TTL_MS) : 0,
      cacheScope: 'private',
    };
  },
};
