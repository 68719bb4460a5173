/** The audit file of a gate as tests read it. */
import { readFileSync } from 'node:fs';
import { type AuditEvent, auditLineSchema } from '../../core/audit/schema/lines.ts';

export interface AuditLine {
  readonly event: AuditEvent;
  readonly approval?: { readonly name: string; readonly state: string };
  readonly cost?: {
    readonly budget: string;
    readonly credits: number;
    readonly reached?: readonly { readonly budget: string; readonly percent: number }[];
  };
  readonly decision: {
    readonly detail?: string;
    readonly effect: string;
    readonly findings?: readonly Readonly<Record<'detector' | 'pointer' | 'reason' | 'rule', string>>[];
    readonly reason: string;
    readonly revision: string | null;
    readonly rules: readonly string[];
  };
  readonly method: string | null;
  readonly outcome: string;
  readonly principal: { readonly kind: string; readonly name: string } | null;
  readonly resource?: string;
  readonly server: string;
  readonly session?: string;
  readonly tool?: string;
}

/** All complete lines, each of which is what the published schema says, and has nothing besides. */
export function readAudit(file: string): AuditLine[] {
  const text = readFileSync(file, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const value = JSON.parse(line) as { v?: unknown };
      // What gates of the last release write is no line of this version.
      if (value.v !== 1) auditLineSchema.parse(value);
      return value as unknown as AuditLine;
    });
}

export function decisionsIn(file: string): AuditLine[] {
  return readAudit(file).filter(({ event }) => event === 'decision');
}
