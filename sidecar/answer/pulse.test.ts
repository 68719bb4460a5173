import { expect, it } from 'vitest';
import { readCall, requestOf } from '../testing/calls.ts';
import type { HttpMethod } from '../upstream/request.ts';
import { lifeSignOf } from './pulse.ts';

it.each<
  [name: string, method: HttpMethod, message: 'tools/call' | 'initialize' | undefined, accept: string, sign: string]
>([
  ['a call', 'POST', 'tools/call', '*/*', 'events'],
  ['a call of a client that takes no events', 'POST', 'tools/call', 'application/json', 'none'],
  ['the handshake, whose head names the session', 'POST', 'initialize', '*/*', 'none'],
  ['a notification', 'POST', undefined, '*/*', 'accepted'],
  ['a stream', 'GET', undefined, 'text/event-stream', 'events'],
  ['the end of a session', 'DELETE', undefined, '*/*', 'none'],
])('while the server is silent: %s', (_name, httpMethod, method, accept, sign) => {
  const message = method === undefined ? undefined : requestOf(method);
  expect(lifeSignOf(readCall({ message }, { httpMethod, headers: { accept } }))).toBe(sign);
});

it('on a pipe nobody cuts what is silent', () => {
  expect(lifeSignOf(readCall({ message: requestOf('tools/call') }, { mcpHeaders: undefined }))).toBe('none');
});
