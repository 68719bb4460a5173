import { expect, it } from 'vitest';
import { findRevision } from '../../core/mcp/revisions/index.ts';
import { Call } from '../call/call.ts';
import type { HttpMethod } from '../upstream/request.ts';
import { lifeSignOf } from './pulse.ts';

const HTTP = { protocolVersion: undefined, method: undefined, name: undefined };

it.each<
  [name: string, method: HttpMethod, message: 'tools/call' | 'initialize' | undefined, accept: string, sign: string]
>([
  ['a call', 'POST', 'tools/call', '*/*', 'events'],
  ['a call of a client that takes no events', 'POST', 'tools/call', 'application/json', 'none'],
  ['the handshake, whose head names the session', 'POST', 'initialize', '*/*', 'none'],
  ['a notification', 'POST', undefined, '*/*', 'accepted'],
  ['a stream', 'GET', undefined, 'text/event-stream', 'events'],
  ['the end of a session', 'DELETE', undefined, '*/*', 'none'],
])('while the server is silent: %s', (_name, method, message, accept, sign) => {
  const call = new Call(method, { accept }, HTTP, undefined, '', 0);
  call.revision = findRevision('2025-11-25');
  if (message !== undefined) call.message = { kind: 'request', id: 1, method: message, params: {} };
  expect(lifeSignOf(call)).toBe(sign);
});

it('on a pipe nobody cuts what is silent', () => {
  const call = new Call('POST', {}, undefined, undefined, '', 0);
  call.message = { kind: 'request', id: 1, method: 'tools/call', params: {} };
  expect(lifeSignOf(call)).toBe('none');
});
