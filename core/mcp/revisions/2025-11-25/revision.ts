/**
 * MCP 2025-11-25: servers may end a stream and be polled (events with an id and no data come first), may send people to a page
 * (elicitation by URL, also as error -32042, see ../../url-elicitation.ts), and tasks are in the core: either side begins one for a request that says so
 * (`params.task`) and is asked for it with `tasks/*`.
 * Transport, sessions and leaving are those of 2025-06-18.
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
import { legacyRevision } from '../legacy.ts';
import { NO_OFFERS, NO_REFERENCES } from '../../revision.ts';
import { referenceToTask } from '../tasks.ts';
import { TASK_FORMS } from './task-forms.ts';

/** A client asks after tasks that the server began for it; the other way round they belong to requests that were decided on. */
const TASK_METHODS = new Set(['tasks/get', 'tasks/result', 'tasks/cancel']);

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
  tasks: TASK_FORMS,
  readReferences: (method, { taskId }) => (TASK_METHODS.has(method) ? referenceToTask(taskId) : NO_REFERENCES),
  readOffers: (result) => ({ ...NO_OFFERS, taskId: result.view('task')?.string('taskId') }),
});
