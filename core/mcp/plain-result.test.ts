import { describe, expect, it } from 'vitest';
import { JsonView } from './json-view.ts';
import { PlainResult } from './plain-result.ts';

const CONTENT = { content: [{ type: 'text', text: 'done' }] };

function resultOf(result: object | string, maxBytes = 1024): PlainResult | undefined {
  const text = typeof result === 'string' ? result : JSON.stringify(result);
  const message = JsonView.of(Buffer.from(`{"jsonrpc":"2.0","id":7,"result": ${text} }`));
  return PlainResult.of(message?.view('result') ?? expect.fail(), maxBytes);
}
const again = (result: object | string, ageMs = 5): unknown =>
  JSON.parse(resultOf(result)?.answer('b', ageMs).toString() ?? 'null');

describe('a result that can be said again', () => {
  it.each<[what: string, result: object]>([
    ['content', CONTENT],
    ['content with its structure', { ...CONTENT, structuredContent: { a: 1 }, isError: false }],
    ['one of 2026-07-28', { ...CONTENT, resultType: 'complete', ttlMs: 10, cacheScope: 'public' }],
  ])('is %s', (_what, result) => {
    expect(resultOf(result)?.text.toString()).toBe(JSON.stringify(result));
  });

  it.each<[what: string, result: object | string]>([
    ['an error', { ...CONTENT, isError: true }],
    ['what may be one', { ...CONTENT, isError: 'no' }],
    ['what some would read as one', { ...CONTENT, IsError: true }],
    ['a task', { ...CONTENT, resultType: 'task' }],
    ['a task of before', { task: { taskId: 'a' } }],
    ['a question', { resultType: 'input_required', inputRequests: {}, requestState: 'a' }],
    ['without content', { structuredContent: {} }],
    ['what nobody knows', { ...CONTENT, next: 1 }],
    ['what says that the gate had kept it', { ...CONTENT, _meta: { 'sallyport.dev/cache': { ageMs: 1 } } }],
    ['of a `_meta` that is none', { ...CONTENT, _meta: 1 }],
    ['of a time that is none', { ...CONTENT, ttlMs: '10' }],
    ['of a time below zero', { ...CONTENT, ttlMs: -1 }],
    ['with a member twice', '{"content":[],"content":[]}'],
  ])('is not %s', (_what, result) => {
    const text = typeof result === 'string' ? result : JSON.stringify(result);
    const view = JsonView.of(Buffer.from(text));
    expect(view && PlainResult.of(view, 1024)).toBeUndefined();
  });

  it('is no longer than it may be', () => {
    const { length } = JSON.stringify(CONTENT);
    expect([resultOf(CONTENT, length), resultOf(CONTENT, length - 1)]).toEqual([expect.anything(), undefined]);
  });

  it('keeps nothing else in memory', () => {
    const text = resultOf(CONTENT)?.text;
    expect(text?.buffer.byteLength).toBe(text?.length);
  });

  it.each<[scope: string | undefined, isPrivate: boolean]>([
    [undefined, false],
    ['public', false],
    ['private', true],
    ['whatever', true],
  ])('is for its caller alone where the server says so: %s', (cacheScope, isPrivate) => {
    expect(resultOf({ ...CONTENT, ...(cacheScope !== undefined && { cacheScope }) })?.isPrivate).toBe(isPrivate);
  });
});

describe('said again', () => {
  const mark = { 'sallyport.dev/cache': { ageMs: 5 } };

  it.each<[what: string, result: object, said: object]>([
    ['without `_meta`', CONTENT, { ...CONTENT, _meta: mark }],
    ['with one', { ...CONTENT, _meta: { a: 1 } }, { ...CONTENT, _meta: { a: 1, ...mark } }],
    ['with an empty one', { _meta: {}, ...CONTENT }, { ...CONTENT, _meta: mark }],
    ['with a time', { ...CONTENT, ttlMs: 12, _meta: {} }, { ...CONTENT, ttlMs: 7, _meta: mark }],
    ['with a time that is over', { _meta: {}, ttlMs: 2, ...CONTENT }, { ...CONTENT, ttlMs: 0, _meta: mark }],
  ])('it has its age: %s', (_what, result, said) => {
    expect(again(result)).toEqual({ jsonrpc: '2.0', id: 'b', result: said });
  });
});
