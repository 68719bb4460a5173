/** Verifies several files as the one log that they are: in the order of their links, with what is missing between them. */
import { NO_PREVIOUS_LINE } from './record.ts';
import type { Report } from './report.ts';
import { inOrder, type FileEnds } from './series.ts';
import { pushLines, type Chunks } from './verify-chunks.ts';
import { Verifier, type VerifyOptions } from './verify.ts';

export interface AuditFile extends FileEnds {
  read(): Chunks;
}

export async function verifyFiles(files: readonly AuditFile[], options: VerifyOptions = {}): Promise<Report> {
  const verifier = new Verifier({ ...options, isWhole: true });
  const ordered = inOrder(files);
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
  return verifier.finish();
}
