/** All records that somebody asks for, one after the other. */
import { type AuditQuery, isAsked } from '../../core/audit/reading/query.ts';
import { type AuditRecord, readRecord } from '../../core/audit/reading/read-record.ts';
import { type LineSink, pushLines } from '../../core/audit/verify-chunks.ts';
import { forLines, onlyFile } from './files.ts';
import type { Printer } from './printer.ts';

export type Take = (record: AuditRecord, line: string) => void;

export function sinkFor(query: AuditQuery, take: Take, out: Printer): LineSink {
  return {
    push(bytes: Uint8Array): void {
      if (out.gone.aborted) return;
      const line = Buffer.from(bytes).toString('utf8');
      const record = readRecord(line);
      if (record !== undefined && isAsked(query, record, line)) take(record, line);
    },
    pushOversized(): void {},
    room: () => out.room(),
  };
}

export async function readAll(paths: readonly string[], query: AuditQuery, take: Take, out: Printer): Promise<void> {
  const sink = sinkFor(query, take, out);
  if (onlyFile(paths) === '-') sink.push(await pushLines(sink, process.stdin));
  else await (await forLines(paths, query))(sink);
}
