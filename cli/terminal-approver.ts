/** Decides on held calls from the terminal in which `sallyport up` runs. */
import { type Interface, createInterface } from 'node:readline';
import type { ReadStream } from 'node:tty';
import { fenced } from '../core/fence.ts';
import { type ApprovalRecord, toApprovalRequest } from '../sidecar/approvals/approval.ts';
import type { ApprovalBroker } from '../sidecar/approvals/broker.ts';
import { approver } from './approvals-api.ts';
import type { Narrator } from './narrator.ts';
import { renderApproval } from './render-approval.ts';

const HELP =
  'type: a [NAME] [reason] to approve, d [NAME] [reason] to deny, s [NAME] to show all of it; without NAME the only one that waits is meant';

/** Names of approvals have at least one hyphen. */
const LIKE_A_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)+$/;

export class TerminalApprover {
  readonly #approvals: ApprovalBroker;
  readonly #narrator: Narrator;
  readonly #lines: Interface;

  /** Undefined when nobody sits at the terminal. */
  static start(
    approvals: ApprovalBroker,
    input: NodeJS.ReadStream | ReadStream,
    narrator: Narrator,
  ): TerminalApprover | undefined {
    return input.isTTY ? new TerminalApprover(approvals, input, narrator) : undefined;
  }

  private constructor(approvals: ApprovalBroker, input: NodeJS.ReadableStream, narrator: Narrator) {
    this.#approvals = approvals;
    this.#narrator = narrator;
    this.#lines = createInterface({ input });
    this.#lines.on(
      'line',
      fenced(
        (line: string) => this.take(line),
        (error) => narrator.say(`that could not be done: ${String(error)}`),
      ),
    );
    // readline takes Ctrl-C for itself; it is meant for the whole process.
    this.#lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    narrator.say(HELP);
  }

  close(): void {
    this.#lines.close();
  }

  /** One line as typed. */
  take(line: string): void {
    const [verb = '', ...words] = line.trim().split(/\s+/);
    if (verb === '') return;
    const named = words[0] === undefined ? undefined : this.#approvals.get(words[0]);
    if (named === undefined && words[0] !== undefined && LIKE_A_NAME.test(words[0])) {
      // Taken for the beginning of a reason, a slip of the pen would decide on the oldest instead.
      this.#narrator.say(`approval ${words[0]} is not known`);
      return;
    }
    const pending = this.#approvals.list().filter(({ state }) => state === 'Pending');
    const [only, ...others] = pending;
    if (named === undefined && others.length > 0) {
      this.#narrator.say(`several calls wait; name one: ${pending.map(({ name }) => name).join(', ')}`);
      return;
    }
    const approval = named ?? only;
    const reason = (named === undefined ? words : words.slice(1)).join(' ');
    if (!['a', 'approve', 'd', 'deny', 's', 'show'].includes(verb)) this.#narrator.say(HELP);
    else if (approval === undefined) this.#narrator.say('nothing waits for approval');
    else if (verb.startsWith('s')) this.#show(approval);
    else this.#decide(approval, verb.startsWith('a') ? 'Approved' : 'Denied', reason);
  }

  #decide(approval: ApprovalRecord, decision: 'Approved' | 'Denied', reason: string): void {
    const { outcome } = this.#approvals.decide(approval.name, decision, approver(), reason === '' ? undefined : reason);
    if (outcome === 'settled') this.#narrator.say(`${approval.name} is already ${approval.state}`);
  }

  #show(approval: ApprovalRecord): void {
    const columns = process.stdout.columns ?? 80;
    this.#narrator.print(renderApproval(toApprovalRequest(approval), Date.now(), columns));
  }
}
