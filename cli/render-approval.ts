/** ApprovalRequests for people. Nearly all of it was written by the agent that wants the approval: nothing is printed as it came. */
import { Document, isScalar, Scalar, visit } from 'yaml';
import { type ApprovalRequest, callOf, definitionOf, targetOf } from '../core/api/approval-request.ts';
import { type JsonLine, jsonLines } from '../core/shown/marked-json.ts';
import { readFirst } from '../core/shown/read-first.ts';
import { columnsOf, fold, hasHidden, table, visible, visibleJson, visibleYaml } from '../core/shown/terminal-text.ts';
import { PLAIN, type Style } from './style.ts';

const MAX_CELL = 48;
/** Of a version to come, or of before there were subjects. */
const UNKNOWN = 'nothing that this version knows';

interface ListLook extends Look {
  /** Whose they are, where they are of several. */
  readonly namespaces?: boolean;
  readonly wide?: boolean;
}

/** A line each, in the order given. */
export function renderList(approvals: readonly ApprovalRequest[], now: number, look: ListLook = {}): string {
  const columns = COLUMNS.filter(({ of }) => of === undefined || look[of] === true);
  const rows = approvals.map((approval) => columns.map(({ text }) => text(approval, now)));
  return table(
    columns.map(({ heading }) => heading),
    rows,
  );
}

interface Column {
  readonly heading: string;
  /** Only where this is asked for. */
  readonly of?: 'namespaces' | 'wide';
  readonly text: (approval: ApprovalRequest, now: number) => string;
}

const COLUMNS: readonly Column[] = [
  { heading: 'NAMESPACE', of: 'namespaces', text: ({ metadata }) => visible(metadata.namespace) },
  { heading: 'NAME', text: ({ metadata }) => visible(metadata.name) },
  { heading: 'SERVER', text: ({ spec }) => cell(spec.server) },
  { heading: 'TOOL', text: (approval) => cell(nameOf(approval)) },
  { heading: 'BY', text: ({ spec }) => cell(spec.principal.name) },
  { heading: 'STATE', text: stateOf },
  {
    heading: 'EXPIRES',
    text: (approval, now) =>
      ['Pending', 'Approved'].includes(stateOf(approval)) ? timeLeft(approval.spec.expiresAt, now) : '-',
  },
  { heading: 'RULE', of: 'wide', text: ({ spec }) => cell(spec.rule) },
  { heading: 'WHY', of: 'wide', text: ({ spec }) => cell(spec.reason) },
  { heading: 'DIGEST', of: 'wide', text: (approval) => digestOf(approval) ?? '-' },
];

interface Look {
  readonly style?: Style;
}

/** Everything an approver has to know; what others wrote last, so that nothing stands below it. */
export function renderApproval(
  approval: ApprovalRequest,
  now: number,
  columns: number,
  { style = PLAIN }: Look = {},
): string {
  const { metadata, spec } = approval;
  const groups = spec.principal.groups.length === 0 ? 'no groups' : `groups: ${spec.principal.groups.join(', ')}`;
  const rows = [
    ['Approval', metadata.name],
    ['State', settledWords(approval)],
    ['Who', `${spec.principal.name} (${groups})`],
    ['What', whatOf(approval)],
    ['Server', `${metadata.namespace}/${spec.server}`],
    ['Why held', spec.reason],
    ...readFirst(callOf(approval)?.shown),
    ['Rule', spec.rule],
    ['Expires', `${spec.expiresAt} (${timeLeft(spec.expiresAt, now)})`],
    ['Digest', digestOf(approval) ?? '-'],
    ['Revision', spec.revision],
  ];
  const label = 10;
  const lines = rows.flatMap(([key = '', value = '']) =>
    fold(visible(value), Math.max(20, columns - label)).map(
      (part, at) => style.faint((at === 0 ? key : '').padEnd(label)) + part,
    ),
  );
  return `${[...lines, '', ...subjectLines(approval, columns, style)].join('\n')}\n`;
}

/** What is decided on, in the words of whoever wrote it. */
function subjectLines(approval: ApprovalRequest, columns: number, style: Style): string[] {
  const definition = definitionOf(approval);
  if (definition === undefined) {
    const { preview = {}, shown } = callOf(approval) ?? {};
    const lines = jsonLines(preview, shown?.before?.differs ?? []);
    return [style.strong('Arguments'), ...lines.flatMap((line) => argumentLines(line, columns, style))];
  }
  const { findings, diff } = definition;
  const found = findings.length === 0 ? [] : [style.strong('Findings'), ...gutter(findings.map(visible), columns), ''];
  return [...found, style.strong('What the server says of it'), ...gutter(diff.map(visible), columns, paintOf(style))];
}

/** What is other than in the last that was approved has a bar of its own, since not every terminal has colours. */
function argumentLines({ text, isMarked }: JsonLine, columns: number, { warning }: Style): string[] {
  const lines = gutter([visibleJson(text)], columns, () => (isMarked ? warning : undefined));
  return isMarked ? lines.map((line) => line.replace('  | ', '  ! ')) : lines;
}

type Paint = Style['good'];

/** Of a line of a diff. */
function paintOf({ good, bad }: Style): (line: string) => Paint | undefined {
  return (line) => ({ '+': good, '-': bad })[line.trimStart().slice(0, 1)];
}

/** A bar before every line, folded ones included: what others wrote cannot pass for lines of ours. */
function gutter(
  lines: readonly string[],
  columns: number,
  paintFor: (line: string) => Paint | undefined = () => undefined,
): string[] {
  return lines.flatMap((line) => {
    const paint = paintFor(line) ?? ((part: string) => part);
    return fold(line, Math.max(20, columns - 4)).map((part) => `  | ${paint(part)}`);
  });
}

export function renderJson(value: unknown): string {
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`;
}

/** Of a list of them: one in each line. */
export function renderJsonLine(value: unknown): string {
  return `${visibleJson(JSON.stringify(value))}\n`;
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
  const [call, definition] = [callOf(approval), definitionOf(approval)];
  const what =
    definition === undefined
      ? `${call?.method ?? UNKNOWN} ${JSON.stringify(nameOf(approval))} by ${spec.principal.name} ${approved ? 'may run once' : 'will not run'}`
      : `what the server says of ${definition.kind} ${JSON.stringify(definition.name)} is ${approved ? 'accepted' : 'not accepted'}`;
  return `${approved ? 'approved' : 'denied'}: ${visible(metadata.name)}; ${visible(what)}\n`;
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

/** Of what is approved, so that it is exactly that; undefined where this version does not know what it is. */
export function digestOf(approval: ApprovalRequest): string | undefined {
  return callOf(approval)?.digest ?? definitionOf(approval)?.digest;
}

function whatOf(approval: ApprovalRequest): string {
  const [call, definition] = [callOf(approval), definitionOf(approval)];
  if (call !== undefined) return `${call.method}, ${targetOf(call).kind} ${JSON.stringify(targetOf(call).name)}`;
  if (definition === undefined) return UNKNOWN;
  const change = definition.change === 'New' ? 'a new definition' : 'a changed definition';
  return `${change}, ${definition.kind} ${JSON.stringify(definition.name)}`;
}

function nameOf(approval: ApprovalRequest): string {
  const call = callOf(approval);
  return call === undefined ? (definitionOf(approval)?.name ?? '-') : targetOf(call).name;
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
