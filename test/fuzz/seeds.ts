/** The corpus that mutation begins with: a right message of every kind, and every trick that was ever measured on a server. */
import { ENVELOPE, MODERN, callTool, modernRequest, request } from '../support/messages.ts';
import { type JsonInput, inputOf } from './input.ts';

const modern = (method: string, params: Readonly<Record<string, unknown>> = {}, name?: string): JsonInput =>
  inputOf(modernRequest(method, params), { protocolVersion: MODERN, method, name });
const call = (text: string): JsonInput => inputOf(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${text}}`);
const meta = JSON.stringify(ENVELOPE);

export const SEEDS: readonly JsonInput[] = [
  inputOf(callTool('echo', { path: 'a' })),
  inputOf(
    callTool('typed', { path: 'a', amount: 1.5, options: { task: 'x', url: 'https://a' }, items: [{ key: 'v' }] }),
  ),
  inputOf(callTool('echo', { text: 'äöü ß ſ K 💥', list: [1, [2, { a: null }]] }, 'an-id')),
  inputOf(request('prompts/get', { name: 'greet', arguments: { who: 'me' } })),
  inputOf(request('resources/read', { uri: 'file:///data/report.txt' })),
  inputOf(
    request('completion/complete', { ref: { type: 'ref/prompt', name: 'greet' }, argument: { name: 'a', value: 'b' } }),
  ),
  inputOf(request('tools/list', { cursor: 'x' }), { protocolVersion: '2025-11-25' }),
  inputOf(request('logging/setLevel', { level: 'debug' })),
  inputOf('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"late"}}'),
  inputOf('{"jsonrpc":"2.0","id":1,"result":{"roots":[]}}'),
  inputOf('{"jsonrpc":"2.0","id":"a","error":{"code":-32000,"message":"no"}}'),
  modern('tools/call', { name: 'echo', arguments: { path: 'a' } }, 'echo'),
  modern('resources/read', { uri: 'file:///data/report.txt' }, 'file:///data/report.txt'),
  modern('prompts/get', { name: 'greet' }, 'greet'),
  modern('subscriptions/listen', { notifications: { resourceSubscriptions: ['file:///data/report.txt'] } }),
  modern('server/discover'),
  // What was measured to run on one server and to read differently on another.
  call('{"name":"echo","name":"danger","arguments":{}}'),
  call('{"name":"echo","NAME":"danger","arguments":{}}'),
  call('{"name":"echo","arguments":{"path":"a","PATH":"/etc/passwd"}}'),
  call('{"name":"echo","arguments":{}},"PARAMS":{"name":"danger"}'),
  call('{"name":"echo","argument\u017F":{"path":"/etc/passwd"},"arguments":{}}'),
  call('{"name":"typed","arguments":{"\u017Fkip":"x","s\u212Aip":"y"}}'),
  call('{"n\\u0061me":"echo","arguments":{"__proto__":{"path":"/etc"},"constructor":{"prototype":{"path":"x"}}}}'),
  call('{"name":"echo","arguments":{"amount":-0,"count":9007199254740993,"big":1e400,"small":5e-324}}'),
  inputOf(`\uFEFF${callTool('echo')}`),
  inputOf(`[${callTool('echo')},${callTool('danger', {}, 2)}]`, { protocolVersion: '2025-03-26' }),
  inputOf(`[${callTool('echo')},[${callTool('danger', {}, 1)}]]`),
  inputOf('{"jsonrpc":"2.0","method":"tools/call","params":{"name":"echo","arguments":{}}}'),
  inputOf('{"jsonrpc":"2.0","id":null,"method":"tools/call","params":{"name":"echo","arguments":{}}}'),
  inputOf(`{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":${meta},"_META":{}}}`, {
    protocolVersion: MODERN,
    method: 'tools/list',
  }),
];
