import { expect, it } from 'vitest';
import { findRevision } from '../../../core/mcp/revisions/index.ts';
import { judgingMessage, requestOf } from '../../testing/calls.ts';
import { consultCatalogue } from './consult-catalogue.ts';

const notification = (method: string) => ({ kind: 'notification', method, params: {} }) as const;

function consulted(message: Parameters<typeof judgingMessage>[0]['message'], version = '2025-11-25') {
  const call = judgingMessage({ message, reading: { revision: findRevision(version) } });
  return { reason: consultCatalogue(call)?.reason, ...call.judgement };
}

it('a call names its tool, with its arguments', () => {
  expect(consulted(requestOf('tools/call', { name: 'a', arguments: { b: 1 } }))).toMatchObject({
    ...{ reason: undefined, rule: { door: 'decide' } },
    targets: [{ kind: 'tool', name: 'a', args: { b: 1 } }],
  });
});

it('a list names nothing: its answer is filtered', () => {
  expect(consulted(requestOf('tools/list'))).toMatchObject({ rule: { door: 'filter' }, targets: [] });
});

it('a method that no revision knows is asked of the rules', () => {
  for (const message of [requestOf('acme/run'), notification('acme/told')])
    expect(consulted(message)).toMatchObject({
      reason: undefined,
      targets: [{ kind: 'method', name: message.method }],
    });
});

it('what answers the server names nothing', () => {
  expect(consulted({ kind: 'response', id: 1, failed: false, view: undefined })).toMatchObject({ targets: [] });
});

it.each([
  ['a call without a name', requestOf('tools/call'), 'bad-params'],
  ['a request of another revision', requestOf('server/discover'), 'unknown-method'],
  ['a request without an id', notification('tools/call'), 'id-missing'],
  ['a notification of servers', notification('notifications/tools/list_changed'), 'unknown-notification'],
] as const)('goes no further: %s', (_what, message, reason) => {
  expect(consulted(message).reason).toBe(reason);
});
