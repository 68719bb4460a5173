/** Where the answer to a call goes that has become a task: whoever asks after it gets what is said here last. */
import type { OutgoingHttpHeaders } from 'node:http';
import { JsonView } from '../../core/mcp/json-view.ts';
import { refuse } from '../../core/mcp/refusals.ts';
import { readServerMessage } from '../../core/mcp/server-message.ts';
import { readFields } from '../../core/mcp/sse.ts';
import { SseSplitter } from '../../core/mcp/sse-splitter.ts';
import { MAX_MESSAGE_BYTES } from '../answer/max-message.ts';
import { type Body, type Reply, SSE_HEADERS, asOne } from '../call/reply.ts';
import type { HeldTask } from '../memory/held-tasks.ts';
import type { PodHandles } from '../memory/pod-handles.ts';

export class TaskReply implements Reply {
  readonly #task: HeldTask;
  readonly #id: string;
  readonly #handles: PodHandles;
  readonly #goneListeners: (() => void)[] = [];
  #events: SseSplitter | undefined = undefined;
  readonly #body: Buffer[] = [];
  #started = false;

  /** `id`: of the call, as its answer carries it. */
  constructor(task: HeldTask, id: string, handles: PodHandles) {
    this.#task = task;
    this.#id = id;
    this.#handles = handles;
    const onCancel = (): void => {
      for (const listener of this.#goneListeners.splice(0)) listener();
    };
    task.onCancel = onCancel;
  }

  get started(): boolean {
    return this.#started;
  }

  get open(): boolean {
    return !this.#task.isOver;
  }

  get unread(): number {
    return 0;
  }

  send(_status: number, _headers: OutgoingHttpHeaders, body: Body): void {
    this.#take(Buffer.from(asOne(body)));
    this.#breakOff();
  }

  start(_status: number, headers: OutgoingHttpHeaders): void {
    this.#started = true;
    if (headers['content-type'] === SSE_HEADERS['content-type']) this.#events = new SseSplitter(MAX_MESSAGE_BYTES);
  }

  write(chunk: Buffer): boolean {
    if (this.#events === undefined) this.#body.push(chunk);
    else {
      for (const { raw } of this.#events.push(chunk)) {
        const { data } = readFields({ raw });
        if (data !== undefined) this.#take(data);
      }
    }
    return true;
  }

  end(): void {
    if (this.#events === undefined) this.#take(Buffer.concat(this.#body));
    this.#breakOff();
  }

  destroy(): void {
    this.#breakOff();
  }

  /** Nothing is ever in the way. */
  onDrain(): void {}

  onClientGone(listener: () => void): void {
    this.#goneListeners.push(listener);
  }

  /** Progress and whatever else a server says meanwhile has nobody who listens. */
  #take(message: Buffer): void {
    const said = readServerMessage(message);
    if (typeof said === 'string' || said.kind !== 'response') return;
    if (said.id !== undefined && String(said.id) !== this.#id) return;
    const view = JsonView.of(message);
    const [result, error] = [view?.view('result'), view?.span('error')];
    if (error !== undefined) this.#fail(message.toString('utf8', error.start, error.end));
    else if (result !== undefined) this.#end(result, textOf(message, view?.span('result')));
  }

  #end(result: JsonView, text: string): void {
    const begun = result.string('resultType') === 'task' ? result : result.view('task');
    const serverTask = begun?.string('taskId');
    if (serverTask !== undefined) this.#task.continuesAs(this.#handles.open(serverTask, 'task')?.id ?? serverTask);
    else if (result.string('resultType') === 'input_required') this.#failWith('client-unreachable', NO_INPUT);
    else this.#task.ends({ result: text, failed: result.value('isError') === true });
  }

  #fail(error: string): void {
    this.#task.ends({ error }, 'the call was answered with an error');
  }

  #failWith(reason: 'client-unreachable' | 'upstream-broken', detail: string): void {
    const { code, message } = refuse(reason, detail);
    this.#task.ends({ error: JSON.stringify({ code, message }) }, detail);
  }

  /** Nothing more comes; what was not said by now is not known. */
  #breakOff(): void {
    this.#failWith('upstream-broken', 'nothing is known of what has become of the call');
  }
}

const NO_INPUT =
  'the server asks for more before it does anything, which a call that waited as a task cannot bring; call again without declaring the extension for tasks';

function textOf(message: Buffer, span: { start: number; end: number } | undefined): string {
  return span === undefined ? '{}' : message.toString('utf8', span.start, span.end);
}
