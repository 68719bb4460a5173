/** Records in the Common Event Format (ArcSight, version 0), a line each, for security consoles. */
import type { Effect } from '../../api/effects.ts';
import { version } from '../../version.ts';
import { type AuditRecord, effectOf, findingsOf, rulesOf } from './read-record.ts';

const SEVERITY: Readonly<Record<Effect, number>> = { Allow: 1, Log: 3, Redact: 4, RequireApproval: 5, Deny: 7 };

export function cefLine(record: AuditRecord): string {
  const effect = effectOf(record);
  const { event, reason, method, target, outcome } = record;
  const id = reason === '' ? event : reason;
  const name = [method === target ? '' : method, target, outcome].filter((word) => word !== '').join(' ');
  const header = ['Sallyport', 'sallyport', version, id, name === '' ? event : name].map(inHeader).join('|');
  const fields = extension(record, effect)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => `${key}=${inExtension(String(value))}`);
  return `CEF:0|${header}|${effect === undefined ? 1 : SEVERITY[effect]}|${fields.join(' ')}\n`;
}

function extension(
  record: AuditRecord,
  effect: Effect | undefined,
): [key: string, value: string | number | undefined][] {
  const { seq, stream, server, session, method, outcome, detail, reason, principal, time, traceId } = record;
  const findings = findingsOf(record).map((found) => `${found.detector} ${found.reason} ${found.pointer}`.trim());
  return [
    ['rt', time],
    ['act', effect],
    ['outcome', outcome],
    ['reason', reason],
    ['suser', principal?.name],
    ['dproc', server],
    ['requestMethod', method],
    ['request', record.target === method ? undefined : record.target],
    ['externalId', `${stream}#${seq}`],
    ['msg', detail],
    ...labelled(1, 'rules', rulesOf(record).join(' ')),
    ...labelled(2, 'findings', findings.join('; ')),
    ...labelled(3, 'session', session),
    ...labelled(4, 'traceId', traceId),
    ...labelled(5, 'approval', record.approval === undefined ? '' : `${record.approval.name} ${record.approval.state}`),
    ...labelled(6, 'wouldEffect', record.call?.wouldEffect ?? record.answer?.wouldEffect ?? ''),
  ];
}

function labelled(number: number, label: string, value: string): [string, string][] {
  return value === ''
    ? []
    : [
        [`cs${number}Label`, label],
        [`cs${number}`, value],
      ];
}

/** `|` ends a part of the header, and nothing can stand for a newline there. */
function inHeader(text: string): string {
  return text.replaceAll(/[\\|]/g, String.raw`\$&`).replaceAll(/[\r\n]+/g, ' ');
}

/** `=` ends a key; a newline is written as the specification has it. */
function inExtension(text: string): string {
  return text.replaceAll(/[\\=]/g, String.raw`\$&`).replaceAll(/\r\n|\r|\n/g, String.raw`\n`);
}
