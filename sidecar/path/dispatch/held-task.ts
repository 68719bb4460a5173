/** What is asked about a call that waits as a task is answered here; once the server has made it one of its own, there. */
import { encodeHeaderValue } from '../../../core/mcp/header-value.ts';
import { KEEP_ALIVE, messageEvent } from '../../../core/mcp/sse.ts';
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import { clientsNameOf } from '../../answer/task-ids.ts';
import { takesMore } from '../../call/accepts-events.ts';
import type { Call, JudgedCall } from '../../call/call.ts';
import { type Reply, SSE_HEADERS } from '../../call/reply.ts';
import { settle } from '../../call/settle.ts';
import { viewOf } from '../../call/stages.ts';
import type { HeldTask } from '../../memory/held-tasks.ts';
import type { PathParts } from '../parts.ts';
import type { Wait } from '../walk.ts';

type Parts = Pick<PathParts, 'heldTasks' | 'handles'>;

/** Below the shortest idle timeout known of proxies on the way. */
const KEEP_ALIVE_MS = 10_000;

interface Asked {
  readonly task: HeldTask;
  readonly method: string;
}

/** Undefined where nothing is asked about such a task. */
function askedOf(call: JudgedCall, { heldTasks }: Pick<Parts, 'heldTasks'>): Asked | undefined {
  const { content, reading, principal } = call;
  const { method } = reading.head ?? {};
  if (content === undefined || principal === undefined || reading.head?.kind !== 'request') return undefined;
  if (method?.startsWith('tasks/') !== true) return undefined;
  const taskId = viewOf(content)?.view('params')?.string('taskId');
  const task = taskId === undefined ? undefined : heldTasks.find(taskId, principal);
  return task === undefined ? undefined : { task, method };
}

/** The result of a task is waited for (MCP 2025-11-25, Tasks, Task Result Retrieval). */
export function awaitTask(call: JudgedCall, gate: PathParts, reply: Reply): Wait | undefined {
  const asked = askedOf(call, gate);
  if (asked?.method !== 'tasks/result' || asked.task.isOver) return undefined;
  return new TaskWait(call, reply, gate, asked.task);
}

/** Not that the task was cancelled: what it waits for may be under way, and done before the gate is gone. */
const CUT = refuse(
  'draining',
  'nobody can wait here any more. The call of this task may still be executed: look before calling again',
);

/** It ends once: with the task, or with whoever waits for it. */
class TaskWait implements Wait {
  readonly what = 'sallyport.await_task';
  readonly #call: JudgedCall;
  readonly #reply: Reply;
  readonly #gate: PathParts;
  readonly #task: HeldTask;
  #resume: ((refusal: Refusal | undefined) => void) | undefined = undefined;
  #alive: NodeJS.Timeout | undefined = undefined;
  #stopWatching: () => void = () => {};

  constructor(call: JudgedCall, reply: Reply, gate: PathParts, task: HeldTask) {
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#task = task;
  }

  begin(resume: (refusal: Refusal | undefined) => void): void {
    this.#resume = resume;
    const end = (): void => this.#end();
    this.#stopWatching = this.#task.whenOver(end);
    this.#gate.holds.add(this.#call, { cancel: end, abandon: end }, this.#call.content?.body.length ?? 0);
    this.#reply.onClientGone(end);
    const isHeard = takesMore(this.#call);
    if (isHeard) this.#reply.start(200, SSE_HEADERS);
    // Whoever waits is there: the call may be executed as long as that is so.
    const live = (): void => {
      this.#task.asked();
      if (isHeard) this.#reply.write(KEEP_ALIVE);
    };
    live();
    this.#alive = setInterval(live, KEEP_ALIVE_MS);
  }

  #end(): void {
    const resume = this.#resume;
    if (resume === undefined) return;
    this.#resume = undefined;
    this.#stopWatching();
    clearInterval(this.#alive);
    this.#gate.holds.delete(this.#call);
    // Without a refusal the list is asked again from its start, and it would wait again, for nobody and without an end.
    resume(this.#task.isOver ? undefined : CUT);
  }
}

/** True when it is answered. One that has become a task of the server's is asked about there, under its name. */
export function answerForTask(call: JudgedCall, reply: Reply, gate: PathParts): boolean {
  const asked = askedOf(call, gate);
  if (asked === undefined) return false;
  const { task, method } = asked;
  if (task.serverTask !== undefined) {
    renameTask(call, task.serverTask);
    return false;
  }
  task.asked();
  if (method === 'tasks/cancel') task.cancel();
  const told = call.reading.revision.tasks?.told(method, task.state(clientsNameOf(task.id, call, gate)));
  if (told === undefined) return false;
  answer(call, reply, 'error' in told ? `"error":${told.error}` : `"result":${told.result}`);
  settle(call, gate, reply.open || reply.started ? 'answered' : 'client-gone', 'held-task');
  return true;
}

function answer(call: Call, reply: Reply, member: string): void {
  if (!reply.open) return;
  const json = `{"jsonrpc":"2.0","id":${JSON.stringify(call.id)},${member}}`;
  call.course.answerBytes += Buffer.byteLength(json);
  if (reply.started) {
    reply.write(messageEvent(json));
    reply.end();
  } else reply.send(200, { 'content-type': 'application/json' }, json);
}

function renameTask({ content, judgement, request }: JudgedCall, serverTask: string): void {
  const span = content === undefined ? undefined : viewOf(content)?.view('params')?.span('taskId');
  if (span === undefined) return;
  const edit = { span, text: JSON.stringify(serverTask) };
  const edits = [...judgement.edits, edit].sort((a, b) => a.span.start - b.span.start);
  Object.assign(judgement, { edits });
  // The head has to agree with the body (MCP 2026-07-28, Streamable HTTP, `Mcp-Name`).
  if (request.headers['mcp-name'] !== undefined) request.headers['mcp-name'] = encodeHeaderValue(serverTask);
}
