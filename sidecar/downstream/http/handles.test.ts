import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { PodHandles } from '../../memory/pod-handles.ts';
import { openHandle } from './handles.ts';

const KEY = Buffer.alloc(32, 1);
const there = handlesAt('10.0.0.2');
const here = handlesAt('10.0.0.1');
const HANDLE = there.seal('a+b/c');

function handlesAt(address: string): PodHandles {
  const handles = new PodHandles('finance/ledger');
  handles.adopt(KEY, []);
  handles.listensAt({ address, port: 8486 });
  return handles;
}

function request(url: string, headers: Record<string, string> = {}, method = 'POST'): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { url, headers, method });
}

it('the header names it: what follows reads the server’s own', () => {
  const asked = request('/mcp', { 'mcp-session-id': HANDLE });
  expect(openHandle(asked, here)).toMatchObject({ handle: HANDLE, id: 'a+b/c', owner: { address: '10.0.0.2' } });
  // Where it is not, it stays a name that nobody knows: an id of that kind may be another session here.
  expect(asked.headers['mcp-session-id']).toBe(HANDLE);
  expect(openHandle(asked, there)).toMatchObject({ id: 'a+b/c', owner: undefined });
  expect(asked.headers['mcp-session-id']).toBe('a+b/c');
});

it('the address names it', () => {
  const asked = request(`/mcp?sessionId=${encodeURIComponent(HANDLE)}&x=1`);
  expect(openHandle(asked, here)?.owner?.address).toBe('10.0.0.2');
  expect(new URL(asked.url ?? '', 'http://x').searchParams.get('sessionId')).toBe(HANDLE);
  expect(openHandle(asked, there)?.owner).toBeUndefined();
  expect(new URL(asked.url ?? '', 'http://x').searchParams.get('sessionId')).toBe('a+b/c');
});

it.each([
  ['nothing', request('/mcp')],
  ['a query of another kind', request('/mcp?x=1')],
  ['a session by the server’s own id', request('/mcp', { 'mcp-session-id': 'own' })],
  ['two in the address', request(`/mcp?sessionId=${HANDLE}&sessionId=${HANDLE}`)],
  ['one in the address of what is no POST', request(`/mcp?sessionId=${HANDLE}`, {}, 'GET')],
])('%s stays as it is', (_what, asked) => {
  const before = { url: asked.url, headers: { ...asked.headers } };
  expect(openHandle(asked, here)).toBeUndefined();
  expect({ url: asked.url, headers: asked.headers }).toEqual(before);
});
