import { describe, expect, it } from 'vitest';
import { findRevision } from '../../core/mcp/revisions/index.ts';
import { Inspection } from '../../core/policy/inspection.ts';
import { ada, pack, policyOf } from '../../core/policy/testing/gen.ts';
import type { Gate } from '../gate.ts';
import { Call } from './call.ts';
import { type Reader, filterForCaller, filterLists } from './filter-list.ts';

const policy = policyOf(
  pack({
    tools: [
      { names: ['get_*'], effect: 'Allow' },
      { names: ['send'], effect: 'RequireApproval' },
    ],
    resources: [{ uris: ['demo://open/**'], effect: 'Allow' }],
    prompts: [{ names: ['greet'], effect: 'Log' }],
  }),
);
const reader = (version: string): Reader => ({
  policy,
  principal: ada,
  revision: findRevision(version) ?? expect.fail(),
  inspection: new Inspection({ monotonic: () => 0 }),
  isOwnTask: (taskId) => taskId === 'mine',
});
const filter = (result: object, version = '2025-11-25') => {
  const text = filterLists(JSON.stringify({ jsonrpc: '2.0', id: 1, result }), reader(version));
  return text === undefined ? 'unchanged' : (JSON.parse(text) as { result: object }).result;
};

describe('filterLists', () => {
  it.each([
    [
      'tools',
      { tools: [{ name: 'get_a' }, { name: 'drop' }, { name: 'send' }] },
      { tools: [{ name: 'get_a' }, { name: 'send' }] },
    ],
    ['prompts', { prompts: [{ name: 'x' }, { name: 'greet' }] }, { prompts: [{ name: 'greet' }] }],
    [
      'resources',
      { resources: [{ uri: 'demo://open/a' }, { uri: 'demo://shut' }] },
      { resources: [{ uri: 'demo://open/a' }] },
    ],
    [
      'templates',
      { resourceTemplates: [{ uriTemplate: 'demo://open/{id}' }, { uriTemplate: 'demo://shut/{id}' }] },
      { resourceTemplates: [{ uriTemplate: 'demo://open/{id}' }] },
    ],
    ['items without a name', { tools: [{}, null, 'get_a', { name: 1 }] }, { tools: [] }],
    [
      'a page that becomes empty, keeping its cursor',
      { tools: [{ name: 'drop' }], nextCursor: '' },
      { tools: [], nextCursor: '' },
    ],
  ])('takes out of %s what the reader may not use', (_name, result, filtered) => {
    expect(filter(result)).toEqual(filtered);
  });

  it("takes others' tasks out of a list of tasks", () => {
    expect(filter({ tasks: [{ taskId: 'mine' }, { taskId: 'theirs' }, {}, null] })).toEqual({
      tasks: [{ taskId: 'mine' }],
    });
    expect(filter({ tasks: [{ taskId: 'mine' }] })).toBe('unchanged');
  });

  it('leaves alone what has nothing to take out', () => {
    expect(filter({ tools: [{ name: 'get_a' }] })).toBe('unchanged');
    expect(filter({ content: [] })).toBe('unchanged');
  });

  it('makes every list of the modern era private, even when nothing was taken out', () => {
    expect(filter({ tools: [{ name: 'get_a' }], ttlMs: 300_000, cacheScope: 'public' }, '2026-07-28')).toEqual({
      tools: [{ name: 'get_a' }],
      ttlMs: 30_000,
      cacheScope: 'private',
    });
  });

  it('leaves requests and errors alone', () => {
    expect(filterLists('{"jsonrpc":"2.0","method":"x"}', reader('2025-11-25'))).toBeUndefined();
    expect(filterLists('{"jsonrpc":"2.0","id":1,"error":{"code":1}}', reader('2025-11-25'))).toBeUndefined();
  });
});

describe('filterForCaller', () => {
  const call = new Call('POST', {}, undefined, undefined, 'trace', 0);
  Object.assign(call, { principal: ada, policy, revision: findRevision('2025-11-25') });
  call.message = { kind: 'request', id: 7, method: 'tools/list', params: {} };
  const clock = { now: () => 0, monotonic: () => 0 };
  const gate = { clock, policy: { current: () => policy } } as unknown as Gate;

  it('shows nothing of a list that cannot be written again', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const json = `{"jsonrpc":"2.0","id":7,"result":{"tools":[{"name":"drop"},{"name":"get_a","x":${deep}}]}}`;
    const shown = filterForCaller(json, call, gate) ?? expect.fail('it passed as it was');
    expect(JSON.parse(shown)).toMatchObject({
      id: 7,
      error: { message: expect.stringContaining('could not be inspected') as string },
    });
  });

  it('shows nothing of what it cannot read: some client may', () => {
    expect(filterForCaller('{"result":{"tools":[{"name":"drop"}],"x":NaN}}', call, gate)).not.toContain('drop');
  });
});
