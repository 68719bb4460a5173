/** ApprovalRequests for people. Nearly all of it was written by the agent that wants the approval: nothing is printed as it came. */
import { Document, isScalar, Scalar, visit } from 'yaml';
import { type ApprovalRequest, callOf, type CallSubject, targetOf } from '../core/api/approval-request.ts';
import { columnsOf, fold, hasHidden, table, visible, visibleJson, visibleYaml } from '../core/shown/terminal-text.ts';

const HEADING = ['NAME', 'SERVER', 'TOOL', 'BY', 'STATE', 'EXPIRES'];
const MAX_CELL = 48;
/** Of a version to come, or of before there were subjects. */
const UNKNOWN = 'nothing that this version knows';

export function renderList(approvals: readonly ApprovalRequest[], now: number): string {
  const rows = approvals.map((approval) => {
    const { metadata, spec } = approval;
    const state = stateOf(approval);
    const expires = state === 'Pending' || state === 'Approved' ? timeLeft(spec.expiresAt, now) : '-';
    return [
      visible(metadata.name),
      cell(spec.server),
      cell(nameOf(callOf(approval))),
      cell(spec.principal.name),
      state,
      expires,
    ];
  });
  return table(HEADING, rows);
}

/** Everything an approver has to know; the arguments last, so that nothing stands below what an agent wrote. */
export function renderApproval(approval: ApprovalRequest, now: number, columns: number): string {
  const { metadata, spec } = approval;
  const call = callOf(approval);
  const groups = spec.principal.groups.length === 0 ? 'no groups' : `groups: ${spec.principal.groups.join(', ')}`;
  const rows = [
    ['Approval', metadata.name],
    ['State', settledWords(approval)],
    ['Who', `${spec.principal.name} (${groups})`],
    ['What', call === undefined ? UNKNOWN : `${call.method}, ${targetOf(call).kind} ${JSON.stringify(nameOf(call))}`],
    ['Server', `${metadata.namespace}/${spec.server}`],
    ['Why held', spec.reason],
    ['Rule', spec.rule],
    ['Expires', `${spec.expiresAt} (${timeLeft(spec.expiresAt, now)})`],
    ['Digest', call?.digest ?? '-'],
    ['Revision', spec.revision],
  ];
  const label = 10;
  const lines = rows.flatMap(([key = '', value = '']) =>
    fold(visible(value), Math.max(20, columns - label)).map((part, at) => (at === 0 ? key : '').padEnd(label) + part),
  );
  return `${[...lines, '', 'Arguments', ...gutter(call?.preview ?? {}, columns)].join('\n')}\n`;
}

/** A bar before every line, folded ones included: arguments cannot pass for lines of ours. */
function gutter(preview: object, columns: number): string[] {
  const json = visibleJson(JSON.stringify(preview, null, 2));
  return json.split('\n').flatMap((line) => fold(line, Math.max(20, columns - 4)).map((part) => `  | ${part}`));
}

export function renderJson(value: unknown): string {
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`;
}

export function renderYaml(value: unknown): string {
  // Times stay text for those who read YAML 1.1, as kubectl writes them.
  const document = new Document(value, { compat: 'yaml-1.1' });
  visit(document, {
    Scalar: (_, node) => {
      if (isScalar(node) && typeof node.value === 'string' && hasHidden(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  // Unfolded: an escape must not be cut in two, and a fold in quotes would change the text.
  return visibleYaml(document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER }));
}

/** As `kubectl get -o` prints several objects. */
export function asList(items: readonly ApprovalRequest[]): object {
  return { apiVersion: 'v1', kind: 'List', items };
}

export function renderDecided(approval: ApprovalRequest): string {
  const { metadata, spec } = approval;
  const approved = stateOf(approval) !== 'Denied';
  const call = callOf(approval);
  const what = `${call?.method ?? UNKNOWN} ${JSON.stringify(nameOf(call))} by ${spec.principal.name}`;
  const then = approved ? 'may run once' : 'will not run';
  return `${approved ? 'approved' : 'denied'}: ${visible(metadata.name)}; ${visible(what)} ${then}\n`;
}

/** Such as `Denied by ada at 2026-11-21T10:15:00.000Z: no invoice`. */
export function settledWords(approval: ApprovalRequest): string {
  const { decidedBy, decidedAt, reason, consumedAt, decision } = approval.status ?? {};
  const state = stateOf(approval);
  const decided = decision !== undefined && decision !== state ? `, ${decision}` : '';
  const by = decidedBy === undefined ? '' : ` by ${decidedBy}${decidedAt === undefined ? '' : ` at ${decidedAt}`}`;
  const used = consumedAt === undefined ? '' : ` at ${consumedAt}`;
  return `${state}${used}${decided}${by}${reason === undefined ? '' : `: ${reason}`}`;
}

export function stateOf({ status }: ApprovalRequest): string {
  return status?.state ?? 'Pending';
}

function nameOf(call: CallSubject | undefined): string {
  return call === undefined ? '-' : targetOf(call).name;
}

function cell(text: string): string {
  const shown = visible(text);
  return columnsOf(shown) <= MAX_CELL ? shown : `${fold(shown, MAX_CELL - 1)[0] ?? ''}…`;
}

export function timeLeft(expiresAt: string, now: number): string {
  const seconds = Math.round((Date.parse(expiresAt) - now) / 1000);
  if (Number.isNaN(seconds)) return '?';
  return seconds >= 0 ? `in ${duration(seconds)}` : `${duration(-seconds)} ago`;
}

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds}s`;
  if (minutes < 5) return `${minutes}m${seconds % 60}s`;
  return minutes < 120 ? `${minutes}m` : `${Math.floor(minutes / 60)}h${minutes % 60}m`;
}
