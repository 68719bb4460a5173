/** A call that nobody has decided on in time goes on waiting as a task, where its client takes one. */
import type { Approval } from '../approvals/approval.ts';
import { clientsNameOf } from '../answer/task-ids.ts';
import type { JudgingMessage } from '../call/call.ts';
import { viewOf } from '../call/stages.ts';
import type { Reply } from '../call/reply.ts';
import { messageEvent } from '../../core/mcp/sse.ts';
import type { HeldTask } from '../memory/held-tasks.ts';
import type { PathParts } from './parts.ts';
import { TaskReply } from './task-reply.ts';

export type TaskParts = Pick<PathParts, 'heldTasks' | 'tasks' | 'handles'>;

export interface WaitingTask {
  readonly task: HeldTask;
  /** Takes the place of the one that its client waited for, which is answered. */
  readonly reply: Reply;
}

/** Undefined where its client takes none. */
export function holdAsTask(
  call: JudgingMessage,
  reply: Reply,
  approval: Approval,
  gate: TaskParts,
): WaitingTask | undefined {
  const { content, reading, entry } = call;
  const { message } = content;
  const forms = reading.revision.tasks;
  if (!reply.open || message.kind !== 'request' || forms === undefined) return undefined;
  // Its params are not kept as values while it waits, but for `_meta`.
  const asked = viewOf(content)?.view('params')?.value('task');
  if (!forms.takesTask(message.method, { ...message.params, task: asked })) return undefined;
  const { principal } = entry.proof;
  const task = gate.heldTasks.begin(
    principal,
    approval.expiresAt,
    `waiting for a person's approval (${approval.name})`,
  );
  const [target] = call.judgement.targets;
  gate.tasks.begun(task.id, principal, target?.kind === 'tool' ? target.name : undefined);
  const taskReply = new TaskReply(task, String(message.id), gate.handles);
  const result = forms.created(task.state(clientsNameOf(task.id, call, gate)));
  const json = JSON.stringify({ jsonrpc: '2.0', id: message.id, result });
  call.course.answerBytes += Buffer.byteLength(json);
  if (reply.started) {
    reply.write(messageEvent(json));
    reply.end();
  } else reply.send(200, { 'content-type': 'application/json' }, json);
  return { task, reply: taskReply };
}
