import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { PodHandles } from '../../memory/pod-handles.ts';
import { openHandle, openTaskName } from './handles.ts';

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

describe('the header that names a task', () => {
  const TASK = here.seal('tâsk', 'task');
  const encoded = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;

  it.each([
    ['says what the body says, in the server’s words', 'tasks/get', encoded(TASK), encoded('tâsk')],
    ['as it came where it can', 'tasks/update', here.seal('plain', 'task'), 'plain'],
    ['of another gate keeps its name', 'tasks/get', there.seal('plain', 'task'), there.seal('plain', 'task')],
    ['of a session is that of no task', 'tasks/get', here.seal('plain'), 'plain'],
    ['of a tool stays', 'tools/call', here.seal('plain', 'task'), here.seal('plain', 'task')],
    ['of the server stays', 'tasks/get', 'plain', 'plain'],
    ['that is none stays', 'tasks/get', '=?base64?Z*?=', '=?base64?Z*?='],
  ])('%s', (_what, method, named, name) => {
    const asked = request('/mcp', { 'mcp-method': method, 'mcp-name': named });
    openTaskName(asked, here);
    expect(asked.headers['mcp-name']).toBe(name);
  });
});
