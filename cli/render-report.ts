/** What a verification found, for people and for programs. */
import type { Report } from '../core/audit/report.ts';
import { visible, visibleJson } from './terminal-text.ts';

export function renderReport(report: Report, file: string, expectedHead: string | undefined): string {
  const { ok, findings, warnings, omitted } = report;
  const found = [
    ...findings.map(({ file: own, line, code, message }) => ({ own, line, words: `${code}: ${message}` })),
    ...warnings.map(({ file: own, line, code, message }) => ({ own, line, words: `warning, ${code}: ${message}` })),
  ].sort((a, b) => compare(a.own ?? '', b.own ?? '') || a.line - b.line);
  const lines = found.map(({ own, line, words }) => `${visible(own ?? file)}:${line}: ${visible(words)}`);
  if (omitted > 0) lines.push(`${omitted} more are not shown`);
  lines.push(`${ok ? 'OK' : 'NOT OK'}: ${summary(report)}`);
  if (report.head !== null) lines.push(`head ${report.head}`);
  // An unsigned chain proves nothing about its end: saying so here is part of the truth.
  if (ok && expectedHead === undefined) {
    lines.push('Not checked: whether the end was cut off. Note the head elsewhere and give it with --head next time.');
  }
  if (ok && report.expectedHeadLine !== null) {
    const inFile = report.expectedHeadFile === undefined ? '' : ` of ${visible(report.expectedHeadFile)}`;
    lines.push(`the expected head is line ${report.expectedHeadLine}${inFile}`);
  }
  return `${lines.join('\n')}\n`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function summary({ ok, files, records, streams, findings, warnings, firstTime, lastTime }: Report): string {
  const faults = ok ? [] : [count(findings.length, 'finding')];
  const noted = warnings.length === 0 ? [] : [count(warnings.length, 'warning')];
  const span = firstTime === null ? [] : [`from ${firstTime} to ${lastTime ?? firstTime}`];
  const several = files > 1 ? [count(files, 'file')] : [];
  return [...faults, ...noted, ...several, count(records, 'record'), count(streams, 'stream'), ...span].join(', ');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

export function renderReportJson(report: Report): string {
  return `${visibleJson(JSON.stringify(report, null, 2))}\n`;
}
