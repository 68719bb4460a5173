import { expect, it } from 'vitest';
import { findRevision } from '../../../core/mcp/revisions/index.ts';
import { Call } from '../../call/call.ts';
import { checkBatch } from './check-batch.ts';

const HTTP = { protocolVersion: undefined, method: undefined, name: undefined };

function list(version: string, headers: Call['mcpHeaders']): Call {
  const call = new Call('POST', {}, headers, undefined, '', 0);
  call.revision = findRevision(version);
  return call;
}

it('a list passes where its revision has batches', () => {
  expect(checkBatch(list('2025-03-26', HTTP))).toBeUndefined();
});

it.each([
  [HTTP, 'in a POST'],
  [undefined, 'on a line'],
])('elsewhere it is said how to send each message', (headers, how) => {
  const refusal = checkBatch(list('2025-06-18', headers));
  expect(refusal).toMatchObject({ reason: 'batch' });
  expect(refusal?.message).toContain(`send each message ${how} of its own`);
});
