/** How it goes with a call that is on its way: what changes with time, and what goes on record besides what was decided. */
import type { ContentVerdict } from '../../core/policy/content/content-plan.ts';
import type { FindingRecord } from '../../core/audit/record.ts';
import type { Moment } from '../../core/policy/context.ts';
import type { Approval } from '../approvals/approval.ts';
import type { Ticket } from '../memory/results/result-store.ts';
import type { Past } from '../memory/history/past.ts';
import type { CallSpan } from '../telemetry/call-span.ts';
import type { Noted } from '../traffic/tap.ts';
import type { ProgressOffset } from './progress-offset.ts';

export class Course {
  /** Monotonic milliseconds: when the head of the request, and later its body, had been received. */
  admittedAt: number;
  /** It has waited: what was true of it before may not be any more. */
  hasWaited = false;
  /** Milliseconds spent waiting for a person. */
  heldMs = 0;
  /** What it is held for, or was. */
  approval: Approval | undefined = undefined;
  /** A person has not decided yet, and its client comes back with this `requestState`. */
  comeBackWith: string | undefined = undefined;
  /** Set when the gate has sent progress of its own while it was held. */
  progress: ProgressOffset | undefined = undefined;
  /** `seq` of the record that says that it is, or is about to be, with the server. */
  intent: number | undefined = undefined;
  /** Milliseconds until the server's first byte of an answer. */
  upstreamMs: number | undefined = undefined;
  /** Milliseconds spent on inspecting the answer. */
  responseDoorMs = 0;
  /** Of the message, as its client sent it; 0 where there was none to be read. */
  requestBytes = 0;
  /** Of what its client got as the answer to it, without what only keeps a connection open. */
  answerBytes = 0;
  /** What went wrong with it, in the words that its client gets. */
  detail: string | undefined = undefined;
  /** What was found in what the server said on its stream. */
  said: ContentVerdict | undefined = undefined;
  /** Keys of the gate that its caller has sent. */
  brought: readonly FindingRecord[] = [];
  /** How often it has waited for credentials to be fetched. */
  fetches = 0;
  /** What rules that know what came before have to do with it; undefined: nothing. */
  past: Past | undefined = undefined;
  isSettled = false;
  /** Where traffic is recorded. */
  traffic: Noted | undefined = undefined;
  /** Its result may be kept. */
  keeps: Ticket | undefined = undefined;
  /** What it says clears results that are kept, now and once it is answered. */
  clears: readonly string[] = [];
  /** It was answered with what was kept, so many milliseconds old. */
  keptMs: number | undefined = undefined;
  /** Called once, when the server is done with it, or nobody waits for that. */
  onEnded: (() => void) | undefined = undefined;
  /** Of a call that is traced. */
  span: CallSpan | undefined = undefined;
  /** Once a condition was asked about it. */
  moment: Moment | undefined = undefined;

  constructor(admittedAt: number) {
    this.admittedAt = admittedAt;
  }
}
