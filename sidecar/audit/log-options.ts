/** How an audit log is kept, and who hears of it. */
import type { GateFacts, RefusalCount } from '../../core/audit/gate-record.ts';
import type { SigningKey } from '../../core/audit/note/note-keys.ts';
import type { Clock } from '../../core/clock.ts';
import type { LineBody } from '../../core/telemetry/audit-log-data.ts';
import type { SpanReference } from '../../core/telemetry/telemetry.ts';
import type { AuditLimits } from './limits.ts';
import type { AuditState, LineWriterOptions } from './line-writer.ts';
import type { ArchivedFiles } from './retention.ts';

export interface AuditLogOptions extends Partial<
  Pick<LineWriterOptions, 'maxQueuedBytes' | 'retryMs' | 'gatherMs' | 'write' | 'sync'>
> {
  file: string;
  /** Unique per run of the process. */
  stream: string;
  /** `namespace/name` of the server behind the gate. */
  server: string;
  clock: Clock;
  limits?: AuditLimits;
  /** What writes here, for the first line. */
  facts?: GateFacts | undefined;
  /** Signs what was written so far, every few seconds and at the end. */
  signer?: SigningKey | undefined;
  /** There will be one: until `signWith`, nothing is signed and no file let go. */
  awaitsSigner?: boolean;
  /** Hears of each checkpoint, with the number of lines it covers. */
  onCheckpoint?: ((note: string, size: number) => void) | undefined;
  /** How long what was written may be without a signature. Default 5000. */
  checkpointMs?: number;
  archive?: ArchivedFiles | undefined;
  /** Called on every change; the error is the one that led to `failed`. */
  onState?: (state: AuditState, error?: Error) => void;
  /** Refusals that were counted instead of recorded, when their record is written. */
  onRefusals?: (refusals: readonly RefusalCount[]) => void;
  /** Told of each line, without its newline, once it has its place in the chain. Must neither throw nor wait. */
  onLine?: ((line: string, body: LineBody, span: SpanReference | undefined) => void) | undefined;
  /** How often it is looked whether the file is still there. Default 500. */
  lookMs?: number;
  /** How long refusals are counted before they are recorded. Default a minute. */
  countMs?: number;
}

/** Beyond that calls are refused until the disk has caught up. */
export const MAX_QUEUED_BYTES = 8 * 1024 * 1024;
/** At a call or two each millisecond a write every five would be a thirtieth of all CPU. */
const GATHER_MS = 20;

export function writerOptions(options: AuditLogOptions, onState: LineWriterOptions['onState']): LineWriterOptions {
  return {
    maxQueuedBytes: options.maxQueuedBytes ?? MAX_QUEUED_BYTES,
    retryMs: options.retryMs ?? 1000,
    gatherMs: options.gatherMs ?? GATHER_MS,
    write: options.write,
    sync: options.sync,
    onState,
  };
}
