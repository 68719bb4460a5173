/** Whether the log is whole, in the words of a document: what was found, what is signed, and what no check here can say. */
import type { LogDigest } from '../../../core/audit/reading/digest.ts';
import type { Report } from '../../../core/audit/report.ts';
import type { PageWriter } from './page-writer.ts';

export interface Verified {
  readonly digest: LogDigest;
  readonly report: Report;
  readonly hasKeys: boolean;
}

const MOST_FINDINGS = 20;

export function writeVerification(page: PageWriter, pdf: Verified): void {
  const { report, hasKeys } = pdf;
  page.heading('Is the record whole?');
  const { ok, findings, warnings, records, lines, streams, head, proof } = report;
  if (ok) {
    const limits = limitsOf(pdf);
    const seen = `${counted(records, 'record')} of ${counted(streams, 'run')} of a gate, with no sign that one was edited, moved or removed`;
    page.paragraph(
      limits.length === 0 ? `Yes: ${seen}.` : `As far as can be checked here: ${seen}.`,
      limits.length === 0 ? 'good' : 'plain',
    );
    if (limits.length > 0) page.paragraph('What this check cannot say:');
    for (const limit of limits) page.paragraph(`• ${limit}`);
  } else {
    page.paragraph(`No. ${counted(findings.length, 'finding')} in ${counted(lines, 'line')}:`, 'bad');
    for (const { file, message } of findings.slice(0, MOST_FINDINGS)) page.paragraph(inFile(file, message), 'bad');
    if (findings.length > MOST_FINDINGS)
      page.paragraph(`and ${findings.length - MOST_FINDINGS} more; see: sallyport audit verify`, 'bad');
  }
  const by = hasKeys ? 'a key that was given to this check' : 'the key that the log itself names';
  if (proof.upTo !== null)
    page.paragraph(`${counted(proof.signed, 'record')} signed by ${by}, up to ${proof.upTo.time}.`);
  if (proof.witnessed > 0)
    page.paragraph(`${counted(proof.witnessed, 'record')} seen by a witness, who would have noticed a later change.`);
  for (const { file, message } of warnings.slice(0, 5)) page.paragraph(`Note: ${inFile(file, message)}`, 'quiet');
  if (warnings.length > 5)
    page.paragraph(`and ${warnings.length - 5} more notes; see: sallyport audit verify`, 'quiet');
  page.paragraph(
    'Whoever has the log can check this again with "sallyport audit verify". A record that was never written, or a gate that was taken over, no check can show.',
    'quiet',
  );
  if (head !== null)
    page.paragraph(
      `SHA-256 of the last line, to be noted elsewhere: a later copy of the log without that line was cut off or made anew. ${head}`,
      'quiet',
    );
}

/** What keeps a log in which nothing was found from being taken for the whole truth. */
function limitsOf({ report: { proof }, hasKeys, digest }: Verified): string[] {
  const limits: string[] = [];
  if (proof.upTo === null) limits.push('whether it was made up: nothing in it is signed');
  else if (!hasKeys)
    limits.push(
      'whose log it is: the key of its signatures stands in the log itself, and whoever replaced both would not be noticed. Get the key from elsewhere and give it with --key',
    );
  if (proof.unsigned > 0)
    limits.push(`whether the end was changed: ${counted(proof.unsigned, 'record')} not signed yet`);
  if (digest.changes.list.some(({ event }) => event === 'lost'))
    limits.push('what happened while the log could not be written, which it says under "What else happened"');
  return limits;
}

/** A message names its line, and not its file. */
function inFile(file: string | undefined, message: string): string {
  return file === undefined ? message : `${file}: ${message}`;
}

export function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
