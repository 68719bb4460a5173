/** Records of the log for a terminal. */
import { chapterOf } from '../../core/audit/reading/story.ts';
import { type AuditRecord, effectOf, rulesOf, timeText } from '../../core/audit/reading/read-record.ts';
import { isoTime } from '../../core/audit/times.ts';
import { visible } from '../../core/shown/terminal-text.ts';

/** One line. */
export function renderFound(record: AuditRecord): string {
  const { seq, principal, method, target, outcome, reason, event } = record;
  if (event !== 'decision' && event !== 'intent') return visible(`${timeText(record)}  #${seq}  ${event}`);
  const what = target === method ? method : `${method} ${target}`;
  const rules = rulesOf(record);
  const why = reason === 'forwarded' ? '' : ` (${reason})`;
  const by = rules.length === 0 ? '' : `  ${rules.join(' ')}`;
  const end = outcome === '' ? event : outcome;
  return visible(
    `${timeText(record)}  #${seq}  ${principal?.name ?? '-'}  ${what}  ${effectOf(record) ?? ''} ${end}${why}${by}`,
  );
}

/** The line of the story, its notes below it. */
export function renderChapter(record: AuditRecord): string {
  const { title, notes } = chapterOf(record);
  return [`${timeText(record)}  ${title}`, ...notes.map((note) => `    ${note}`)]
    .map((line) => `${visible(line)}\n`)
    .join('');
}

/** All that a record says, one thing a line. */
export function renderRecord(record: AuditRecord): string {
  const { seq, stream, server, session, traceId, revision, principal, sallyportMs, upstreamMs } = record;
  const timing = [
    ...(sallyportMs === undefined ? [] : [`${sallyportMs} ms in the gate`]),
    ...(upstreamMs === undefined ? [] : [`${upstreamMs} ms until the server answered`]),
  ];
  const rows: [string, string][] = [
    ['record', `${seq} of ${stream}`],
    ['server', server],
    [
      'caller',
      principal === undefined ? '' : `${principal.name} (${[principal.kind, ...principal.groups].join(', ')})`,
    ],
    ['session', session],
    ['trace', traceId],
    ['policy', revision],
    ['time', timing.join(', ')],
  ];
  const lines = rows.filter(([, value]) => value !== '').map(([name, value]) => `  ${name.padEnd(8)} ${value}`);
  return `${renderChapter(record)}${lines.map((line) => `${visible(line)}\n`).join('')}`;
}

export interface SessionSummary {
  readonly session: string;
  readonly principal: string;
  /** When, milliseconds since the epoch. */
  readonly first: number;
  last: number;
  calls: number;
  refused: number;
}

/** Beyond so many the oldest are forgotten: those asked for are the latest. */
const MOST_SESSIONS = 10_000;
const SHOWN = 50;

export class Sessions {
  readonly #sessions = new Map<string, SessionSummary>();

  add(record: AuditRecord): void {
    if (record.session === '') return;
    const known = this.#sessions.get(record.session);
    const summary = known ?? {
      session: record.session,
      principal: record.principal?.name ?? '-',
      first: record.time,
      last: record.time,
      calls: 0,
      refused: 0,
    };
    summary.last = record.time;
    summary.calls += 1;
    if (record.outcome === 'refused') summary.refused += 1;
    // Again at the end: in the order of what happened last.
    this.#sessions.delete(record.session);
    this.#sessions.set(record.session, summary);
    const oldest = this.#sessions.size > MOST_SESSIONS ? this.#sessions.keys().next().value : undefined;
    if (oldest !== undefined) this.#sessions.delete(oldest);
  }

  /** The latest first. */
  list(): SessionSummary[] {
    return [...this.#sessions.values()].toReversed();
  }
}

export function renderSessions(sessions: readonly SessionSummary[]): string {
  if (sessions.length === 0) return 'No session is in these files. Tell what a caller did: --principal NAME\n';
  const lines = sessions.slice(0, SHOWN).map(({ session, principal, first, last, calls, refused }) => {
    const no = refused === 0 ? '' : `, ${refused} refused`;
    return visible(`${session}  ${principal}  ${calls} records${no}  ${isoTime(first)} to ${isoTime(last)}`);
  });
  const more = sessions.length > SHOWN ? [`and ${sessions.length - SHOWN} older ones`] : [];
  return `${[...lines, ...more, 'Tell one of them: --session ID'].join('\n')}\n`;
}
