/** An audit log as a document that a person reads who knows nothing of it: what happened, under which rules, who let it, and whether it is whole. */
import type { LogDigest } from '../../../core/audit/reading/digest.ts';
import { shortRevision } from '../../../core/audit/reading/changes.ts';
import { span, whyText } from '../../../core/audit/reading/story.ts';
import type { UsageRow } from '../../../core/audit/reading/usage.ts';
import type { Report } from '../../../core/audit/report.ts';
import { isoTime } from '../../../core/audit/times.ts';
import { version } from '../../../core/version.ts';
import { PageWriter } from './page-writer.ts';
import { counted, writeVerification } from './verification.ts';

export interface AuditPdf {
  readonly digest: LogDigest;
  /** By caller and tool. */
  readonly usage: readonly UsageRow[];
  /** Of all the files, whatever was chosen of them. */
  readonly report: Report;
  /** Verifier keys were given; else the log is believed about its own. */
  readonly hasKeys: boolean;
  readonly files: readonly string[];
  /** What was asked for, as on the command line; empty: all. */
  readonly chosen: string;
  /** When it is written. */
  readonly now: number;
}

const MOST_USAGE = 60;

export async function writeAuditPdf(pdf: AuditPdf, write: (bytes: Buffer) => void): Promise<void> {
  const { digest, now } = pdf;
  const servers = digest.servers.join(', ');
  const title = servers === '' ? 'Audit report' : `Audit report: ${servers}`;
  const footer = `Sallyport ${version} · ${title.slice(0, 100)} · written ${timeOf(now)}`;
  const page = new PageWriter(title, new Date(now), footer, write);
  page.title('Audit report');
  writeHead(page, pdf, servers);
  writeVerification(page, pdf);
  writeSummary(page, digest);
  writePolicies(page, digest);
  writeQuestions(page, digest);
  writeRefused(page, digest);
  writeUsage(page, pdf.usage);
  writeChanges(page, digest);
  await page.end();
}

function writeHead(page: PageWriter, { digest, files, chosen, now }: AuditPdf, servers: string): void {
  const { first, last } = digest;
  const period = first === undefined || last === undefined ? 'nothing' : `${timeOf(first)} to ${timeOf(last)}`;
  page.paragraph(
    'Sallyport stands between AI agents and the servers whose tools they call. It decides on every call and writes down what it decided. This document is what it has written down.',
  );
  page.table(
    [
      { title: 'What this is about', width: 0.22 },
      { title: '', width: 0.78 },
    ],
    [
      ['Servers', servers === '' ? 'none' : servers],
      ['Period', `${period} (all times are UTC)`],
      ['Written', timeOf(now)],
      ['From', files.join(', ')],
      [
        'Letters',
        String.raw`those that Western European languages do not have are shown as \u{…}, with their number in Unicode`,
      ],
      [
        'Shown',
        chosen === ''
          ? 'the whole log; calls that were let through are only counted'
          : `only what was asked for: ${chosen}`,
      ],
    ],
  );
}

function writeSummary(page: PageWriter, { decisions, callers, effects, outcomes }: LogDigest): void {
  page.heading('Summary');
  page.paragraph(`${counted(decisions, 'decision')} on calls of ${counted(callers, 'caller')}.`);
  const columns = [
    { title: 'Decided', width: 0.2 },
    { title: 'Times', width: 0.12, align: 'right' as const },
    { title: 'What that means', width: 0.68 },
  ];
  page.table(
    columns,
    effects.map(({ what, count }) => [what, String(count), EFFECT_WORDS.get(what) ?? '']),
  );
  page.table(
    [{ title: 'Ended', width: 0.2 }, ...columns.slice(1)],
    outcomes.map(({ what, count }) => [what, String(count), OUTCOME_WORDS.get(what) ?? '']),
  );
}

const EFFECT_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Allow: 'it was let through',
    Log: 'it was let through, and a rule asked that it be noted',
    Redact: 'it was let through, with parts replaced by placeholders',
    RequireApproval: 'a person had to say yes first',
    Deny: 'it was not let through',
  }),
);

const OUTCOME_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    answered: 'the answer of the server was passed on',
    accepted: 'it needs no answer, and was passed on',
    streaming: 'a stream was opened',
    asked: 'a question of the server was shown to the client',
    refused: 'the gate said no',
    pending: 'it waited for a person, and the client was told to call again',
    interrupted: 'the gate ended first; the server may have executed it',
    'client-gone': 'the client left before the end',
    'upstream-error': 'the server could not be reached, or failed',
  }),
);

function writePolicies(page: PageWriter, { policies }: LogDigest): void {
  page.heading('Policies in force');
  if (policies.list.length === 0) return page.paragraph('No record names a policy.');
  page.paragraph(
    'A policy is known by the digest of its text. The times are those of the first and the last record that names it.',
  );
  page.table(
    [
      { title: 'Policy', width: 0.16 },
      { title: 'Server', width: 0.16 },
      { title: 'From', width: 0.17 },
      { title: 'Until', width: 0.17 },
      { title: 'Decisions', width: 0.1, align: 'right' },
      { title: 'Packs of rules', width: 0.24 },
    ],
    policies.list.map(({ revision, server, from, until, decisions, packs }) => [
      shortRevision(revision),
      ...[server, timeOf(from), timeOf(until), String(decisions)],
      packs.length === 0 ? '(not said here)' : packs.join(', '),
    ]),
  );
  writeRest(page, policies.omitted);
}

function writeQuestions(page: PageWriter, { questions }: LogDigest): void {
  page.heading('Approvals');
  if (questions.list.length === 0) return page.paragraph('No call had to wait for a person.');
  page.table(
    [
      { title: 'Asked', width: 0.12 },
      { title: 'Caller', width: 0.14 },
      { title: 'Call', width: 0.22 },
      { title: 'What became of it', width: 0.17 },
      { title: 'Decided by', width: 0.18 },
      { title: 'In their words', width: 0.17 },
    ],
    questions.list.map(({ asked, caller, what, state, by, reason, at, name }) => [
      timeOf(asked),
      ...[caller, `${what} (${name})`],
      `${STATE_WORDS.get(state) ?? state}${state === 'Pending' ? '' : `, ${span(at - asked)} later`}`,
      ...[by, reason],
    ]),
  );
  writeRest(page, questions.omitted);
}

const STATE_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Pending: 'not decided yet',
    Approved: 'approved, and not used yet',
    Consumed: 'approved, and used for one call',
    Denied: 'denied',
    Expired: 'nobody decided in time',
    Withdrawn: 'taken back',
  }),
);

function writeRefused(page: PageWriter, { refused }: LogDigest): void {
  page.heading('Refused calls');
  if (refused.list.length === 0) return page.paragraph('No call was refused.');
  page.table(
    [
      { title: 'Time', width: 0.19 },
      { title: 'Caller', width: 0.16 },
      { title: 'Call', width: 0.27 },
      { title: 'Why', width: 0.14 },
      { title: 'Rules', width: 0.24 },
    ],
    refused.list.map(({ at, caller, what, reason, rules }) => [
      timeOf(at),
      caller,
      what,
      whyText(reason, rules),
      rules.join(', '),
    ]),
  );
  writeRest(page, refused.omitted);
}

function writeUsage(page: PageWriter, rows: readonly UsageRow[]): void {
  page.heading('Who called what');
  if (rows.length === 0) return page.paragraph('Nobody has called a tool, read a resource or got a prompt.');
  page.paragraph('The median is of the time that the server took to begin its answer.');
  const number = { align: 'right' } as const;
  page.table(
    [
      { title: 'Caller', width: 0.24 },
      { title: 'Tool, resource or prompt', width: 0.34 },
      { title: 'Calls', width: 0.1, ...number },
      { title: 'Refused', width: 0.1, ...number },
      { title: 'Failed', width: 0.1, ...number },
      { title: 'Median', width: 0.12, ...number },
    ],
    rows
      .slice(0, MOST_USAGE)
      .map(({ keys: [caller = '', tool = ''], calls, refused, failed, upstreamMs }) => [
        caller,
        tool,
        String(calls),
        String(refused),
        String(failed),
        upstreamMs === undefined ? '' : span(upstreamMs.p50),
      ]),
  );
  writeRest(page, Math.max(0, rows.length - MOST_USAGE));
}

function writeChanges(page: PageWriter, { changes, servers }: LogDigest): void {
  page.heading('What else happened');
  if (changes.list.length === 0) return page.paragraph('Nothing is on record besides calls.');
  const where = (server: string, words: string): string => (servers.length > 1 ? `${server}: ${words}` : words);
  page.table(
    [
      { title: 'Time', width: 0.19 },
      { title: 'What', width: 0.81 },
    ],
    changes.list.map(({ at, server, words }) => [timeOf(at), where(server, words)]),
  );
  writeRest(page, changes.omitted);
}

function writeRest(page: PageWriter, omitted: number): void {
  if (omitted > 0) page.paragraph(`and ${omitted} more, which are in the log itself`, 'quiet');
}

/** To the second: what people compare. */
function timeOf(milliseconds: number): string {
  return isoTime(milliseconds).slice(0, 19).replace('T', ' ');
}
