/** Records as CSV (RFC 4180), for a spreadsheet: nothing in it is a formula. */
import { type AuditRecord, effectOf, findingsOf, rulesOf, timeText } from './read-record.ts';

type Cell = string | number | undefined;

const COLUMNS: Readonly<Record<string, (record: AuditRecord) => Cell>> = {
  time: timeText,
  server: ({ server }) => server,
  event: ({ event }) => event,
  principal: ({ principal }) => principal?.name,
  groups: ({ principal }) => principal?.groups.join(' '),
  session: ({ session }) => session,
  method: ({ method }) => method,
  target: ({ target, method }) => (target === method ? '' : target),
  effect: effectOf,
  reason: ({ reason }) => reason,
  outcome: ({ outcome }) => outcome,
  rules: (record) => rulesOf(record).join(' '),
  findings: (record) =>
    findingsOf(record)
      .map(({ detector, reason, pointer }) => `${detector} ${reason}${pointer === '' ? '' : ` at ${pointer}`}`)
      .join('; '),
  redacted: ({ call, answer }) =>
    [call, answer]
      .flatMap((side) => Object.entries(side?.redacted ?? {}))
      .map(([kind, times]) => `${kind} ${times}`)
      .join('; '),
  approval: ({ approval }) => approval?.name,
  approvalState: ({ approval }) => approval?.state,
  decidedBy: ({ approval }) => approval?.by,
  approvalReason: ({ approval }) => approval?.reason,
  wouldEffect: ({ call, answer }) => call?.wouldEffect ?? answer?.wouldEffect,
  wouldRules: ({ call, answer }) => [...(call?.wouldRules ?? []), ...(answer?.wouldRules ?? [])].join(' '),
  requestBytes: ({ bytes }) => bytes?.request,
  answerBytes: ({ bytes }) => bytes?.answer,
  heldMs: ({ heldMs }) => heldMs,
  sallyportMs: ({ sallyportMs }) => sallyportMs,
  upstreamMs: ({ upstreamMs }) => upstreamMs,
  credits: ({ cost }) => cost?.credits,
  price: ({ cost }) => (cost === undefined || cost.amount === '' ? '' : `${cost.amount} ${cost.currency}`),
  budget: ({ cost }) => cost?.budget,
  detail: ({ detail }) => detail,
  revision: ({ revision }) => revision,
  traceId: ({ traceId }) => traceId,
  stream: ({ stream }) => stream,
  seq: ({ seq }) => seq,
};

export function csvHeader(): string {
  return `${Object.keys(COLUMNS).join(',')}\r\n`;
}

export function csvRow(record: AuditRecord): string {
  return `${Object.values(COLUMNS)
    .map((column) => csvCell(column(record)))
    .join(',')}\r\n`;
}

/** How a cell begins that spreadsheets compute (OWASP, CSV Injection); in the wide forms too, which some take for the same. */
const FORMULA = /^(?:[\t\r\n]|\s?[=+\-@＝＋－＠])/;
/** Where lists have commas in numbers, a spreadsheet begins a new cell at each semicolon, quoted or not. */
const OTHER_CELL = /(;\s?"?)([=+\-@＝＋－＠])/g;

export function csvCell(value: string | number | undefined): string {
  if (value === undefined || typeof value === 'number') return String(value ?? '');
  const within = value.replaceAll(OTHER_CELL, "$1'$2");
  const harmless = FORMULA.test(within) ? `'${within}` : within;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
