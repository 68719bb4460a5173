import { describe, expect, it } from 'vitest';
import { JsonView } from '../../../core/mcp/json-view.ts';
import { type CacheKey, keyOf } from './cache-key.ts';

const OF: CacheKey = {
  ...{ place: '', revision: 'sha256:1', definition: 'd', version: '2025-11-25', era: 'legacy', headers: {} },
  ...{ credentials: { headers: {}, query: '', env: {} }, principal: 'token:ada' },
};
const FOR_ALL = { principal: undefined };

function key(params: object | string, of: Partial<CacheKey> = {}): string | undefined {
  const text = typeof params === 'string' ? params : JSON.stringify(params);
  const body = Buffer.from(`{"method":"tools/call","params":${text}}`);
  return keyOf(body, JsonView.of(body)?.view('params') ?? expect.fail(), { ...OF, ...of });
}
const withArguments = (text: string, of?: Partial<CacheKey>) => key(`{"name":"get","arguments":${text}}`, of);
const plain = withArguments('{"a":1}');

describe('two calls are the same', () => {
  it.each<[what: string, other: string | undefined]>([
    ['in whatever order and spacing', key('{ "arguments" : { "a" : 1 } , "name" : "get" }')],
    ['with another token of progress', key({ name: 'get', arguments: { a: 1 }, _meta: { progressToken: 9 } })],
    ['with an id of their host', key({ name: 'get', arguments: { a: 1 }, _meta: { 'example.com/id': 9 } })],
    ['of another trace', withArguments('{"a":1}', { headers: { traceparent: 'x', 'x-request-id': 'y' } })],
    ['in another session', withArguments('{"a":1}', { headers: { 'mcp-session-id': 'x' } })],
    ['by another client token', withArguments('{"a":1}', { headers: { authorization: 'Bearer x', cookie: 'a=b' } })],
  ])('%s', (_what, other) => {
    expect(other).toBe(plain);
  });

  it('keys in order count by their value, not by how they are escaped', () => {
    expect(withArguments('{"a":"\\u0041","b":{"c":[1,{"z":1,"y":2}]}}')).toBe(
      withArguments('{"b":{"c":[1,{"y":2,"z":1}]},"a":"A"}'),
    );
  });

  it('for everyone, whoever asks, and whatever the protocol puts into `_meta`', () => {
    const of = (_meta: object) => key({ name: 'get', arguments: { a: 1 }, _meta }, FOR_ALL);
    expect(of({ progressToken: 1, traceparent: 'x', 'io.modelcontextprotocol/clientInfo': {} })).toBe(of({}));
  });
});

describe('two calls are not the same', () => {
  it.each<[what: string, other: string | undefined]>([
    ['of another caller', withArguments('{"a":1}', { principal: 'token:bob' })],
    ['of everyone', withArguments('{"a":1}', FOR_ALL)],
    ['of another tool', key({ name: 'other', arguments: { a: 1 } })],
    ['with other arguments', withArguments('{"a":2}')],
    ['with another type', withArguments('{"a":"1"}')],
    ['with a number that a server may tell from it', withArguments('{"a":1.0}')],
    ['at another port', withArguments('{"a":1}', { place: 'admin' })],
    ['under another policy', withArguments('{"a":1}', { revision: 'sha256:2' })],
    ['of another definition', withArguments('{"a":1}', { definition: 'e' })],
    ['in another revision of the protocol', withArguments('{"a":1}', { version: '2026-07-28' })],
    ['for another tenant', withArguments('{"a":1}', { headers: { 'x-tenant': 'b' } })],
    ['with another key for the server', withArguments('{"a":1}', shown({ headers: { 'x-key': 'k' } }))],
    ['with another key in the address', withArguments('{"a":1}', shown({ query: 'key=k' }))],
  ])('%s', (_what, other) => {
    expect([other, other === plain]).toEqual([expect.stringMatching(/^sha256:/), false]);
  });

  it('where one of them has a member of `_meta` that a server may go by, and the result is for everyone', () => {
    const of = (_meta: object) => key({ name: 'get', arguments: {}, _meta }, FOR_ALL);
    expect(of({ 'example.com/as': 'mallory' })).not.toBe(of({}));
  });

  it('where an argument is called as what does not count', () => {
    expect(withArguments('{"_meta":1.0}')).not.toBe(withArguments('{"_meta":1}'));
    expect(withArguments('{"progressToken":1}')).not.toBe(withArguments('{"progressToken":2}'));
    expect(withArguments('{"__proto__":1}')).not.toBe(withArguments('{"__proto__":2}'));
  });
});

function shown(credentials: Partial<CacheKey['credentials']>): Partial<CacheKey> {
  return { credentials: { ...OF.credentials, ...credentials } };
}

describe('a call has no key', () => {
  it.each<[what: string, params: object | string]>([
    ['that asks for a task', { name: 'get', task: { ttl: 1 } }],
    ['that answers what the server has asked', { name: 'get', inputResponses: {}, requestState: 's' }],
    ['without a name', { arguments: {} }],
    ['of a name that is none', { name: 1 }],
    ['with more than is compared', { name: 'get', arguments: { a: 'x'.repeat(70_000) } }],
    ['with a number that no double is', '{"name":"get","arguments":{"a":0.1234567890123456789}}'],
  ])('%s', (_what, params) => {
    expect(key(params)).toBeUndefined();
  });
});
