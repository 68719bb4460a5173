/**
 * MCP 2025-11-25: resumable polling streams, elicitation by URL, and tasks in the core, which either side can begin for a request
 * that says so (`params.task`) and which are asked for with `tasks/*`.
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
  LIST_TASKS,
  LIST_TEMPLATES,
  LIST_TOOLS,
  PASS,
  USE_RESOURCE,
  USE_TASK,
} from '../../catalogue.ts';
import type { JsonView } from '../../json-view.ts';
import { type JsonObject, isObject } from '../../message.ts';
import { legacyRevision } from '../legacy.ts';
import { NO_OFFERS, NO_REFERENCES } from '../../revision.ts';
import { referenceToTask } from '../tasks.ts';

/** A client asks after tasks that the server began for it; the other way round they belong to requests that were decided on. */
const TASK_METHODS = new Set(['tasks/get', 'tasks/result', 'tasks/cancel']);

/** The error by which a server says that somebody must go to a page first (Elicitation, URL Elicitation Required Error). */
const URL_ELICITATION_REQUIRED = -32042;

function elicitationsIn(error: JsonView): readonly JsonObject[] {
  if (error.value('code') !== URL_ELICITATION_REQUIRED) return [];
  const elicitations = error.view('data')?.value('elicitations');
  return Array.isArray(elicitations) ? elicitations.filter(isObject) : [];
}

export const REVISION_2025_11_25 = legacyRevision({
  version: '2025-11-25',
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
    ['tasks/get', USE_TASK],
    ['tasks/result', USE_TASK],
    ['tasks/cancel', USE_TASK],
    ['tasks/list', LIST_TASKS],
  ]),
  notifications: new Set([
    'notifications/initialized',
    'notifications/cancelled',
    'notifications/progress',
    'notifications/roots/list_changed',
    'notifications/tasks/status',
  ]),
  serverRequests: new Map([
    ['ping', ASK_NOTHING],
    ['sampling/createMessage', ASK_SAMPLING],
    ['roots/list', ASK_ROOTS],
    ['elicitation/create', ASK_ELICITATION],
    ['tasks/get', ASK_NOTHING],
    ['tasks/result', ASK_NOTHING],
    ['tasks/cancel', ASK_NOTHING],
    ['tasks/list', ASK_NOTHING],
  ]),
  serverNotifications: new Set([
    'notifications/cancelled',
    'notifications/progress',
    'notifications/message',
    'notifications/resources/updated',
    'notifications/resources/list_changed',
    'notifications/tools/list_changed',
    'notifications/prompts/list_changed',
    'notifications/elicitation/complete',
    'notifications/tasks/status',
  ]),
  readReferences: (method, { taskId }) => (TASK_METHODS.has(method) ? referenceToTask(taskId) : NO_REFERENCES),
  elicitationsIn,
  readOffers: (result) => ({ ...NO_OFFERS, taskId: result.view('task')?.string('taskId') }),
});
