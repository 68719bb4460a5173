/** ApprovalRequests for people. Nearly all of it was written by the agent that wants the approval: nothing is printed as it came. */
import { Document, isScalar, Scalar, visit } from 'yaml';
import { type ApprovalRequest, callOf, definitionOf, stormOf, targetOf } from '../core/api/approval-request.ts';
import { differingArguments, type Earlier, groupsOf } from '../core/approvals/alike.ts';
import { tallyInWords, tallyOf } from '../core/approvals/tally.ts';
import { columnsOf, fold, hasHidden, table, visible, visibleJson, visibleYaml } from '../core/shown/terminal-text.ts';
import { printed, sectionsOf } from './approval-sections.ts';
import { PLAIN, type Style } from './style.ts';

const MAX_CELL = 48;
/** Of a version to come, or of before there were subjects. */
const UNKNOWN = 'nothing that this version knows';

interface ListLook extends Look {
  /** Whose they are, where they are of several. */
  readonly namespaces?: boolean;
  readonly wide?: boolean;
}

/** A line each: the most urgent first, and those that are alike together. */
export function renderList(approvals: readonly ApprovalRequest[], now: number, look: ListLook = {}): string {
  const groups = groupsOf(approvals);
  const shown = {
    ...look,
    alike: groups.some(({ length }) => length > 1),
    votes: approvals.some(({ status }) => status?.tally !== undefined),
  };
  const columns = COLUMNS.filter(({ of }) => of === undefined || shown[of] === true);
  const rows = groups.flatMap((group) =>
    group.map((approval, at) => columns.map(({ text }) => text(approval, now, group[at - 1]))),
  );
  return table(
    columns.map(({ heading }) => heading),
    rows,
  );
}

interface Column {
  readonly heading: string;
  /** Only where this is asked for. */
  readonly of?: 'namespaces' | 'wide' | 'alike' | 'votes';
  /** `above`: one that is alike. */
  readonly text: (approval: ApprovalRequest, now: number, above: ApprovalRequest | undefined) => string;
}

const COLUMNS: readonly Column[] = [
  { heading: 'NAMESPACE', of: 'namespaces', text: ({ metadata }) => visible(metadata.namespace) },
  { heading: 'NAME', text: ({ metadata }) => visible(metadata.name) },
  { heading: 'SERVER', text: ({ spec }) => cell(spec.server) },
  { heading: 'TOOL', text: (approval) => cell(nameOf(approval)) },
  { heading: 'BY', text: ({ spec }) => cell(spec.principal.name) },
  { heading: 'STATE', text: stateOf },
  { heading: 'VOTES', of: 'votes', text: ({ status }) => visible(status?.tally ?? '-') },
  {
    heading: 'EXPIRES',
    text: (approval, now) =>
      ['Pending', 'Approved'].includes(stateOf(approval)) ? timeLeft(approval.spec.expiresAt, now) : '-',
  },
  { heading: 'DIFFERS IN', of: 'alike', text: (approval, _, above) => differsIn(approval, above) },
  { heading: 'RULE', of: 'wide', text: ({ spec }) => cell(spec.rule) },
  { heading: 'WHY', of: 'wide', text: ({ spec }) => cell(spec.reason) },
  { heading: 'DIGEST', of: 'wide', text: (approval) => digestOf(approval) ?? '-' },
];

interface Look {
  readonly style?: Style;
}

interface ApprovalLook extends Look {
  /** What was decided on calls like it; not known: what the operator knew when it was asked for. */
  readonly earlier?: Earlier<ApprovalRequest>;
}

/** Everything an approver has to know; what others wrote last, so that nothing stands below it. */
export function renderApproval(
  approval: ApprovalRequest,
  now: number,
  columns: number,
  { style = PLAIN, earlier }: ApprovalLook = {},
): string {
  const { metadata, spec } = approval;
  const groups = spec.principal.groups.length === 0 ? 'no groups' : `groups: ${spec.principal.groups.join(', ')}`;
  const rows = [
    ['Approval', metadata.name],
    ['State', stateInWords(approval)],
    ['Who', `${whoOf(spec.principal)} (${groups})`],
    ['What', whatOf(approval)],
    ['Server', `${metadata.namespace}/${spec.server}`],
    ['Why held', spec.reason],
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
  const sections = sectionsOf(approval, earlier, style).flatMap((section) =>
    [''].concat(printed(section, columns, style)),
  );
  return `${[...lines, ...sections].join('\n')}\n`;
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
  if (stormOf(approval) !== undefined)
    return `${approved ? 'approved' : 'denied'}: ${visible(metadata.name)}; ${visible(spec.principal.name)} is ${approved ? '' : 'not '}halted\n`;
  const what =
    definition === undefined
      ? `${call?.method ?? UNKNOWN} ${JSON.stringify(nameOf(approval))} by ${spec.principal.name} ${approved ? 'may run once' : 'will not run'}`
      : `what the server says of ${definition.kind} ${JSON.stringify(definition.name)} is ${approved ? 'accepted' : 'not accepted'}`;
  return `${approved ? 'approved' : 'denied'}: ${visible(metadata.name)}; ${visible(what)}\n`;
}

function stateInWords(approval: ApprovalRequest): string {
  const { spec, status } = approval;
  if (stateOf(approval) !== 'Pending' || spec.quorums === undefined) return settledWords(approval);
  return `Pending; ${tallyInWords(tallyOf(spec, status?.votes ?? []))}`;
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
  return callOf(approval)?.digest ?? definitionOf(approval)?.digest ?? stormOf(approval)?.digest;
}

function whatOf(approval: ApprovalRequest): string {
  const [call, definition] = [callOf(approval), definitionOf(approval)];
  if (call !== undefined) return `${call.method}, ${targetOf(call).kind} ${JSON.stringify(targetOf(call).name)}`;
  const storm = stormOf(approval);
  if (storm !== undefined)
    return `halt ${approval.spec.principal.name}, of which ${storm.waiting} calls wait: ${storm.tools.join(', ')}`;
  if (definition === undefined) return UNKNOWN;
  const change = definition.change === 'New' ? 'a new definition' : 'a changed definition';
  return `${change}, ${definition.kind} ${JSON.stringify(definition.name)}`;
}

function nameOf(approval: ApprovalRequest): string {
  const call = callOf(approval);
  return call === undefined ? (definitionOf(approval)?.name ?? '-') : targetOf(call).name;
}

/** From the one above, which is alike. */
function differsIn(approval: ApprovalRequest, above: ApprovalRequest | undefined): string {
  if (above === undefined) return '-';
  const places = differingArguments(approval, above);
  return places.length === 0 ? 'nothing that is shown' : cell(places.join(' '));
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

function whoOf({ name, issuer }: { readonly name: string; readonly issuer?: string | undefined }): string {
  return issuer === undefined ? name : `${name} of ${issuer}`;
}
