/** What a verification found, for people and for programs. */
import type { ProofReport, Report, StreamProof } from '../core/audit/report.ts';
import { visible, visibleJson } from '../core/shown/terminal-text.ts';

const LISTED = 20;

/** What somebody kept elsewhere, and the report was held against. */
export interface Expected {
  readonly head: string | undefined;
  readonly checkpoint: boolean;
}

export function renderReport(report: Report, file: string, expected: Expected): string {
  const { ok, findings, warnings, omitted } = report;
  const found = [
    ...findings.map(({ file: own, line, code, message }) => ({ own, line, words: `${code}: ${message}` })),
    ...warnings.map(({ file: own, line, code, message }) => ({ own, line, words: `warning, ${code}: ${message}` })),
  ].sort((a, b) => compare(a.own ?? '', b.own ?? '') || a.line - b.line);
  const lines = found.map(({ own, line, words }) => `${visible(own ?? file)}:${line}: ${visible(words)}`);
  if (omitted > 0) lines.push(`${omitted} more are not shown`);
  lines.push(`${ok ? 'OK' : 'NOT OK'}: ${summary(report)}`);
  if (report.head !== null) lines.push(`head ${report.head}`);
  lines.push(...proofLines(report.proof));
  // Nothing that lies in one place proves its own end: saying so here is part of the truth.
  if (ok && expected.head === undefined && !expected.checkpoint) {
    lines.push(
      'Not checked: whether the end was cut off. Keep the head, or what `sallyport audit checkpoint` prints, elsewhere, and give it with --head or --checkpoint next time.',
    );
  }
  if (ok && report.expectedHeadLine !== null) {
    const inFile = report.expectedHeadFile === undefined ? '' : ` of ${visible(report.expectedHeadFile)}`;
    lines.push(`the expected head is line ${report.expectedHeadLine}${inFile}`);
  }
  return `${lines.join('\n')}\n`;
}

function proofLines({ signed, unsigned, keys, trusted, upTo, streams }: ProofReport): string[] {
  if (upTo === null) return trusted ? ['NOT signed: no checkpoint of these keys holds.'] : [];
  const inFile = upTo.file === undefined ? '' : ` of ${visible(upTo.file)}`;
  const rest =
    unsigned === 0 ? '' : `; ${count(unsigned, 'record')} after it ${unsigned === 1 ? 'is' : 'are'} not signed`;
  return [
    `signed: ${count(signed, 'record')}, the last of them before line ${upTo.line}${inFile}, at ${upTo.time}${rest}`,
    ...keys.map((key) => `  by ${visible(key)}`),
    ...streamLines(streams),
    ...(trusted ? [] : ["  a key that only these files name: give the one that you know to be the gate's with --key"]),
  ];
}

/** Where witnesses saw something: of each stream, what is known by whom. */
function streamLines(streams: readonly StreamProof[]): string[] {
  if (streams.every(({ witnessed }) => witnessed === null)) return [];
  const listed = streams.slice(0, LISTED).map(streamLine);
  return streams.length > LISTED ? [...listed, `  and ${streams.length - LISTED} more streams: -o json`] : listed;
}

function streamLine({ stream, first, last, signed, witnessed, unsigned }: StreamProof): string {
  const seen =
    witnessed === null
      ? 'seen by no witness'
      : `${range(first, witnessed.before)} existed before ${witnessed.at}, as ${nameOf(witnessed.by)} saw`;
  const own =
    signed === null ? 'not signed' : `${range(first, signed.before)} signed by ${nameOf(signed.by)} until ${signed.at}`;
  const rest =
    unsigned === null
      ? ''
      : `; the last ${count(unsigned.records, 'record')}, from ${unsigned.from} to ${unsigned.to}, by nobody`;
  return `stream ${visible(stream)}, records ${first} to ${last}: ${seen}; ${own}${rest}`;
}

function range(first: number, before: number): string {
  return before - first <= 1 ? `${first}` : `${first} to ${before - 1}`;
}

function nameOf(key: string): string {
  return visible(key.split('+', 1)[0] ?? key);
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
