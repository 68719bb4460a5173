import { expect, it } from 'vitest';
import { findRevision } from '../../../core/mcp/revisions/index.ts';
import type { ReadCall } from '../../call/call.ts';
import { HTTP, readCall } from '../../testing/calls.ts';
import { checkBatch } from './check-batch.ts';

function list(version: string, mcpHeaders: typeof HTTP | undefined): ReadCall {
  return readCall({ reading: { revision: findRevision(version) } }, { mcpHeaders });
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
