/**
 * Tasks in the body of a request, by the names that gates give to them: of those that are here the server's own ids are put in their place
 * before anything is read, so that everything behind, the server and the audit log above all, knows these alone.
 */
import { type Edit, JsonView, type Span, elementsOf, splice } from '../../../core/mcp/json-view.ts';
import { parseJson } from '../../../core/mcp/parse-json.ts';
import { RELATED_TASK } from '../../../core/mcp/revisions/tasks.ts';
import type { GateAddress, OpenedHandle, PodHandles } from '../../memory/pod-handles.ts';

/**
 * In every name of a gate; whoever spells it with escapes has not got it from one. Without the quote in front of it, which is in every body
 * very often and would make the search of a large one take milliseconds.
 */
const MARK = 'sps1.';
/** As many as a subscription may name. */
const MAX_TASKS = 1000;

export interface OpenedTasks {
  /**
   * With the ids that the server of this gate gave. Those of others keep their names, which nobody knows here: a server that counts its
   * tasks has given the same id to another one.
   */
  readonly body: Buffer;
  /** The gate that has all of the tasks; undefined when that is this one, is not known, or is more than one. */
  readonly owner: GateAddress | undefined;
}

interface Named extends OpenedHandle {
  readonly span: Span;
}

/** Undefined where the body names none that a gate has made. What is no message is left to whoever reads it. */
export function openTasks(body: Buffer, handles: PodHandles): OpenedTasks | undefined {
  if (!body.includes(MARK)) return undefined;
  const named = tasksIn(body, handles);
  const [first] = named;
  if (first === undefined) return undefined;
  const ours = named.filter(({ owner }) => owner === undefined);
  const edits = ours.map(({ span, id }): Edit => ({ span, text: JSON.stringify(id) }));
  edits.sort((a, b) => a.span.start - b.span.start);
  const isOfOne = named.every(({ owner }) => isSame(owner, first.owner));
  return { body: splice(body, edits), owner: isOfOne ? first.owner : undefined };
}

function tasksIn(body: Buffer, handles: PodHandles): readonly Named[] {
  const message = JsonView.of(body);
  const said = message?.view('params') ?? message?.view('result');
  if (message === undefined || said === undefined) return [];
  const named: Named[] = [];
  const open = (span: Span | undefined, handle: unknown): void => {
    const opened = typeof handle === 'string' ? handles.open(handle, 'task') : undefined;
    if (opened !== undefined && span !== undefined) named.push({ ...opened, span });
  };
  const method = message.string('method') ?? '';
  if (method.startsWith('tasks/') || method.startsWith('notifications/tasks'))
    open(said.span('taskId'), said.string('taskId'));
  const related = said.view('_meta')?.view(RELATED_TASK);
  open(related?.span('taskId'), related?.string('taskId'));
  const listens = method === 'subscriptions/listen' ? said.view('notifications')?.span('taskIds') : undefined;
  const listed = listens === undefined ? undefined : elementsOf(body, MAX_TASKS, listens);
  for (const span of listed ?? []) open(span, valueAt(body, span));
  return named;
}

function valueAt(body: Buffer, { start, end }: Span): unknown {
  try {
    return parseJson(body.toString('utf8', start, end));
  } catch {
    return undefined;
  }
}

function isSame(one: GateAddress | undefined, other: GateAddress | undefined): boolean {
  return one?.address === other?.address && one?.port === other?.port;
}
