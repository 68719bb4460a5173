import { expect, it } from 'vitest';
import { Chain } from '../audit/chain.ts';
import { openRecord } from '../audit/gate-record.ts';
import { decisionRecord } from '../audit/record.ts';
import { auditLogData } from './audit-log-data.ts';

const chain = new Chain({ stream: 'pod/1', server: 'finance/ledger' });

function decided(outcome: string) {
  const body = decisionRecord({
    time: Date.UTC(2026, 0, 2, 3, 4, 5),
    traceId: 'ab'.repeat(16),
    principal: { name: 'ada', kind: 'token', groups: [] },
    method: 'tools/call',
    tool: 'transfer',
    decision: { effect: 'Deny', mode: 'Enforce', reason: 'denied', revision: null, rules: [] },
    outcome,
    latency: { sallyportMs: 1 },
  });
  return { line: chain.append(body), body };
}

it('is the line itself, with what it is looked for by', () => {
  const { line, body } = decided('refused');
  const span = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), sampled: true };
  const { attributes, ...data } = auditLogData(line, body, span);
  expect(data).toEqual({
    ...{ time: Date.UTC(2026, 0, 2, 3, 4, 5), severity: 'warn', event: 'sallyport.audit.decision', body: line, span },
  });
  expect(JSON.parse(JSON.stringify(attributes))).toEqual({
    ...{ 'sallyport.server': 'finance/ledger', 'sallyport.audit.stream': 'pod/1', 'sallyport.audit.seq': 0 },
    ...{ 'sallyport.outcome': 'refused', 'sallyport.decision.effect': 'Deny', 'sallyport.decision.reason': 'denied' },
    ...{ 'user.name': 'ada', 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'transfer' },
  });
});

it.each([
  ['answered', 'info'],
  ['upstream-error', 'error'],
  ['interrupted', 'warn'],
])('%s is %s', (outcome, severity) => {
  const { line, body } = decided(outcome);
  expect(auditLogData(line, body, undefined).severity).toBe(severity);
});

it('what the log says of itself is there, too', () => {
  const body = openRecord(0);
  const line = chain.append(body);
  expect(auditLogData(line, body, undefined)).toMatchObject({
    event: 'sallyport.audit.open',
    severity: 'info',
    time: 0,
  });
});
