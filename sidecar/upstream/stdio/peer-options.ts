/** What a peer is made of, and what it is given. */
import type { IncomingHttpHeaders } from 'node:http';
import type { PartialLines } from '../../memory/partial-lines.ts';
import type { StdioCommand } from './process-group.ts';

export interface PeerOptions {
  readonly command: StdioCommand;
  /** Goes with the head of every answer, such as the session's id. */
  readonly headers: IncomingHttpHeaders;
  /** Counts the lines of all programs of a gate that have no end yet. Default: of this one. */
  readonly partial?: PartialLines;
  onLog(line: string): void;
  /** A line that is no message was skipped. */
  onStray(): void;
  onGone(why: string): void;
}
