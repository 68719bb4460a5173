/** Says what happens at a local gate, a line an event. For people; machines read the audit log and the metrics. */
import type { Writable } from 'node:stream';
import type { RefusalCount } from '../core/audit/gate-record.ts';
import type { AnswerRecord, DecisionInput, FindingRecord } from '../core/audit/record.ts';
import { type Problem, formatProblem } from '../core/api/problem.ts';
import { version } from '../core/version.ts';
import type { ApprovalRecord } from '../sidecar/approvals/approval.ts';
import { asWarning } from './pattern-problems.ts';
import type { Notice } from '../sidecar/memory/notices.ts';
import { asksTls } from '../sidecar/tls/client-tls.ts';
import type { LoadedFolder } from './load-folder.ts';
import type { LocalGate, LocalGateEvents } from './local-gate.ts';
import { visible } from '../core/shown/terminal-text.ts';

/** Not read yet. Many clients that start programs never read their standard error, and a pager waits for its person. */
const MAX_UNREAD_BYTES = 1024 * 1024;
/** Kinds and sources on one line. */
const SHOWN_REFUSALS = 3;

export class Narrator implements LocalGateEvents {
  readonly #output: Writable;
  readonly #quiet: boolean;

  #hasPolicy = false;
  /** Lines that were left out since somebody last read. */
  #leftOut = 0;

  constructor(output: Writable, quiet: boolean) {
    this.#output = output;
    this.#quiet = quiet;
  }

  /** One line; whatever a client, server or file put into it cannot move the cursor. */
  say(line: string): void {
    this.print(`${visible(line)}\n`);
  }

  /** Text that is safe to print as it is. What nobody reads is left out beyond a bound: it would stay in memory for ever. */
  print(text: string): void {
    if (this.#output.writableLength > MAX_UNREAD_BYTES) {
      this.#leftOut++;
      return;
    }
    if (this.#leftOut > 0) this.#output.write(`(${this.#leftOut} lines were left out: nobody read them)\n`);
    this.#leftOut = 0;
    this.#output.write(text);
  }

  started(local: LocalGate, host: string, port: number, metricsPort: number): void {
    const shownHost = host.includes(':') ? `[${host}]` : host;
    this.say(`sallyport ${version} is up for ${local.name}`);
    const scheme = asksTls(local.gate.policy.current()?.bundle) ? 'https' : 'http';
    this.say(`  MCP       ${scheme}://${shownHost}:${port}/mcp`);
    this.say(`  metrics   http://${shownHost}:${metricsPort}/metrics`);
    this.say(`  audit     ${local.auditFile}`);
    this.say('  approve   sallyport approvals list');
    this.say('Ctrl-C stops it.');
  }

  stopping(): void {
    this.say('stopping: calls in flight may finish, children are stopped, the audit log is closed');
  }

  onPolicy(folder: LoadedFolder, previous: LoadedFolder | undefined): void {
    this.#hasPolicy = true;
    const { revision } = folder.compiled;
    if (previous?.compiled.revision === revision) {
      this.say(`clients   ${folder.tokens.length} with a token, effective now`);
      return;
    }
    for (const warning of folder.warnings) this.say(`policy    ${formatProblem(asWarning(warning))}`);
    const packs = folder.packs.length === 0 ? 'no pack applies: every call is refused' : folder.packs.join(', ');
    this.say(`policy    ${shortRevision(revision)} in force from the next call on (${packs})`);
    if (previous === undefined) this.#sayWhoMayCall(folder);
  }

  onProblems(problems: readonly Problem[]): void {
    for (const problem of problems) this.say(`policy    ${formatProblem(problem)}`);
    this.say(
      this.#hasPolicy
        ? 'policy    the change was not taken: the last good policy stays in force'
        : 'policy    there is no valid policy: every call is refused until there is one',
    );
  }

  onDecision(input: DecisionInput): void {
    if (this.#quiet) return;
    const what = input.tool ?? input.resource ?? input.prompt;
    const named = what === undefined ? '' : ` ${JSON.stringify(what)}`;
    const who = input.principal === null ? 'unknown caller' : input.principal.name;
    const rules = input.decision.rules.length === 0 ? '' : ` (${input.decision.rules.join(', ')})`;
    const detail = input.decision.detail === undefined ? '' : `: ${input.decision.detail}`;
    const { findings, answer } = input.decision;
    const found = findings === undefined || findings.length === 0 ? '' : ` [${findings.map(shownFinding).join(', ')}]`;
    const said = answer === undefined ? '' : `${shownAnswer(answer)}${shownShadow('answer in shadow', answer)}`;
    this.say(
      `${input.decision.effect.padEnd(9)} ${input.method}${named} by ${who}: ${input.outcome}, ${input.decision.reason}${detail}${rules}${found}${shownShadow('shadow', input.decision)}${said}`,
    );
  }

  onApproval(approval: ApprovalRecord): void {
    const { subject } = approval;
    switch (approval.state) {
      case 'Pending':
        this.say(
          `held      ${subject.method} ${JSON.stringify(subject.target.name)} by ${subject.principal.name}: ${subject.reason}`,
        );
        this.say(`          sallyport approvals approve ${approval.name}   (or deny; show tells all arguments)`);
        break;
      case 'Approved':
      case 'Denied':
        this.say(`${approval.state.toLowerCase().padEnd(9)} ${approval.name} by ${approval.decidedBy}`);
        break;
      case 'Expired':
      case 'Consumed':
      case 'Withdrawn':
        this.say(`${approval.state.toLowerCase().padEnd(9)} ${approval.name}`);
    }
  }

  onServerLog(line: string): void {
    if (!this.#quiet) this.say(`server    ${line}`);
  }

  onTraffic(line: string): void {
    this.say(`record    ${line}`);
  }

  /** What is wrong with the server stands with each call already. */
  onNotice({ about, sentence }: Notice): void {
    if (about !== 'server' || this.#quiet) this.say(`${about.padEnd(9)} ${sentence}`);
  }

  onAuditState(state: string, error: Error | undefined): void {
    const why = error === undefined ? '' : ` (${error.message})`;
    if (state === 'ok') this.say('audit     decisions are recorded again');
    else this.say(`audit     decisions cannot be recorded${why}: calls are refused until they can`);
  }

  onRefusals(refusals: readonly RefusalCount[]): void {
    if (this.#quiet) return;
    const total = refusals.reduce((sum, { count }) => sum + count, 0);
    const shown = refusals
      .slice(0, SHOWN_REFUSALS)
      .map(({ count, reason, source }) => `${count} ${reason} from ${source}`);
    const more = refusals.length > shown.length ? ', and others' : '';
    this.say(`Deny      ${total} more of unknown callers: ${shown.join(', ')}${more}`);
  }

  /** SIGHUP, which logrotate sends when it has moved the file. */
  onHangup(wasMoved: boolean): void {
    if (!wasMoved) this.say('audit     SIGHUP: the audit file was not moved, so it is written to as before');
  }

  #sayWhoMayCall({ server, tokens }: LoadedFolder): void {
    const { anonymous = false, authorization = 'Gate', jwt } = server.spec.access ?? {};
    if (tokens.length > 0 || jwt !== undefined || anonymous || authorization === 'Server') return;
    this.say(
      'clients   none: no MCPServer names tokens or allows anonymous callers; `sallyport token create` makes a token',
    );
  }
}

function shortRevision(revision: string): string {
  return revision.slice(0, 'sha256:'.length + 12);
}

/** `path outside-roots at /path`. */
/** Where something was done about it, or marked. */
function shownAnswer({ effect, rules, findings }: AnswerRecord): string {
  return effect === 'Allow' ? '' : ` [answer: ${shownWith(effect, rules, findings)}]`;
}

function shownShadow(what: string, { wouldEffect, wouldRules = [], wouldFindings = [] }: Shadow): string {
  return wouldEffect === undefined ? '' : ` [${what}: ${shownWith(wouldEffect, wouldRules, wouldFindings)}]`;
}

/** Of a call it may have none. */
type Shadow = Partial<Pick<AnswerRecord, 'wouldEffect' | 'wouldRules' | 'wouldFindings'>>;

function shownWith(effect: string, rules: readonly string[], findings: readonly FindingRecord[]): string {
  const by = rules.length === 0 ? effect : `${effect} by ${rules.join(', ')}`;
  return [by, ...findings.map(shownFinding)].join(', ');
}

function shownFinding({ detector, pointer, reason }: FindingRecord): string {
  return `${detector} ${reason} at ${pointer.slice(0, 100)}`;
}
