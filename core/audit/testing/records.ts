/** Lines of a log as readers get them. */
import { Chain } from '../chain.ts';
import { type DecisionInput, decisionRecord } from '../record.ts';
import { type AuditRecord, readRecord } from '../reading/read-record.ts';

export function decisionLine(
  over: Partial<DecisionInput> = {},
  decision: Partial<DecisionInput['decision']> = {},
): string {
  const chain = new Chain({ stream: 's1', server: 'default/files' });
  return chain.append(
    decisionRecord({
      decision: { effect: 'Allow', mode: 'Enforce', reason: 'forwarded', revision: 'sha256:1', rules: [], ...decision },
      latency: { sallyportMs: 0.5, upstreamMs: 2 },
      method: 'tools/call',
      outcome: 'answered',
      principal: { name: 'me', kind: 'token', groups: ['agents'] },
      session: 'session-1',
      time: Date.parse('2026-11-21T10:00:00Z'),
      tool: 'read_file',
      traceId: 'trace-1',
      ...over,
    }),
  );
}

export function recordOf(
  over: Partial<DecisionInput> = {},
  decision: Partial<DecisionInput['decision']> = {},
): AuditRecord {
  const record = readRecord(decisionLine(over, decision));
  if (record === undefined) throw new Error('the line is no record');
  return record;
}

export const FOUND = { detector: 'paths', reason: 'outside-roots', pointer: '/path', rule: 'default/files#roots' };

/** Refused for what was found in it. */
export const REFUSED: Partial<DecisionInput['decision']> = {
  effect: 'Deny',
  reason: 'denied',
  rules: ['default/files#roots'],
  findings: [FOUND],
};

/** Answered, and redacted. */
export const REDACTED: Partial<DecisionInput['decision']> = {
  answer: {
    effect: 'Redact',
    findings: [{ ...FOUND, detector: 'secrets', reason: 'aws-access-key', pointer: '/content/0/text' }],
    redacted: { 'aws-access-key': 2 },
    rules: ['default/dlp#secrets'],
    wouldEffect: 'Deny',
    wouldFindings: undefined,
    wouldRules: ['default/strict#secrets'],
  },
};
