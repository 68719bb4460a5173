/** Verifies several files as the one log that they are: in the order of their links, with what is missing between them. */
import { NO_PREVIOUS_LINE } from './record.ts';
import type { Report } from './report.ts';
import { type Copy, type FileEnds, inOrder, withoutCopies } from './series.ts';
import { pushLines, type Chunks } from './verify-chunks.ts';
import { Verifier, type VerifyOptions } from './verify.ts';

export interface AuditFile extends FileEnds {
  read(): Chunks;
}

export async function verifyFiles(files: readonly AuditFile[], options: VerifyOptions = {}): Promise<Report> {
  const { originals, copies } = withoutCopies(files);
  const verifier = new Verifier({ ...options, isWhole: true, seek: copies.map(({ file }) => file.lastHash) });
  const ordered = inOrder(originals);
  for (const [index, { file, follows, rivals }] of ordered.entries()) {
    verifier.beginFile(file.name, follows);
    const start = { file: file.name, line: 1 };
    if (rivals !== undefined) {
      const message = `Line 1 is linked to the line that ${rivals} goes on from, too: one of the two files is a copy, or was forged.`;
      verifier.findings.find(start, 'two-successors', message);
    } else if (index > 0 && file.firstPrev === NO_PREVIOUS_LINE) {
      const message =
        'Line 1 begins a chain of its own: another gate wrote it, or the files before it were taken away when it was begun.';
      verifier.findings.warn(start, 'separate-chain', message);
    }
    const rest = await pushLines(verifier, file.read());
    if (rest.length === 0) continue;
    if (ordered[index + 1]?.follows === true) verifier.push(rest);
    else verifier.partialLine(rest);
  }
  for (const copy of copies) await verifyCopy(copy, options, verifier);
  return verifier.finish();
}

/** Its lines are counted once, with the file that it is the beginning of. */
async function verifyCopy(
  { file, of }: Copy<AuditFile>,
  { keys }: VerifyOptions,
  { findings, heads }: Verifier,
): Promise<void> {
  const own = new Verifier({ keys });
  own.beginFile(file.name, false);
  const report = own.finish(await pushLines(own, file.read()));
  // A beginning may have nothing that is signed in it yet.
  const found = report.findings.filter(({ code }) => code !== 'unsigned-lines');
  for (const { line, code, message } of found) findings.find({ file: file.name, line }, code, message);
  const last = { file: file.name, line: report.lines };
  if (heads.placeOf(file.lastHash) !== undefined) {
    const message = `This file is the beginning of ${of.name}, or the same: it is counted once.`;
    findings.warn(last, 'copy', message);
  } else if (found.length === 0) {
    const message = `This file begins as ${of.name} does and goes on with other lines: one of the two was forged, or written by two gates at once.`;
    findings.find(last, 'two-successors', message);
  }
}
