import { describe, expect, it } from 'vitest';
import { findRevision } from '../../../core/mcp/revisions/index.ts';
import { Inspection } from '../../../core/policy/inspection.ts';
import { ada, pack, policyOf } from '../../../core/policy/testing/gen.ts';
import { readServerMessage } from '../../../core/mcp/server-message.ts';
import { InputSchemas } from '../../memory/input-schemas.ts';
import { UnreadableMessage } from '../check.ts';
import { withEdits } from '../edits.ts';
import { type Reader, editsOfLists } from './lists.ts';

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
  nameOfTask: undefined,
  definitions: undefined,
  inputSchemas: undefined,
  results: undefined,
  moment: undefined,
});
const filterText = (text: string, version = '2025-11-25'): string => {
  const bytes = Buffer.from(text);
  const message = readServerMessage(bytes);
  if (typeof message === 'string' || message.kind !== 'response' || message.result === undefined) expect.fail(text);
  return withEdits(bytes, editsOfLists(message.result, reader(version))).toString();
};
const filter = (result: object, version = '2025-11-25') => {
  const text = JSON.stringify({ jsonrpc: '2.0', id: 1, result });
  const filtered = filterText(text, version);
  return filtered === text ? 'unchanged' : (JSON.parse(filtered) as { result: object }).result;
};

it('teaches the schemas of all its tools, whoever may use them', () => {
  const inputSchemas = new InputSchemas();
  const tools = [
    { name: 'get_a', inputSchema: { type: 'object' } },
    { name: 'drop', inputSchema: false },
    { inputSchema: {} },
  ];
  const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools } }));
  const message = readServerMessage(bytes);
  if (typeof message === 'string' || message.kind !== 'response' || message.result === undefined) expect.fail();
  editsOfLists(message.result, { ...reader('2025-11-25'), inputSchemas });
  expect(inputSchemas.of('get_a')?.schema?.types).toEqual(new Set(['object']));
  expect(inputSchemas.of('drop')?.schema?.never).toBe(true);
});

describe('a list', () => {
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

  it('of the modern era that says nothing of its keeping is told to be private', () => {
    expect(filter({ tools: [] }, '2026-07-28')).toEqual({ tools: [], ttlMs: 0, cacheScope: 'private' });
  });

  it('keeps every byte of what stays: numbers, blanks, escapes', () => {
    const text =
      '{"jsonrpc":"2.0","id":1,"result":{ "tools" : [ {"name":"get_a","x":1.50e0}, {"name":"drop"} ,{"name":"s\\u0065nd"}]}}';
    expect(filterText(text)).toBe(
      '{"jsonrpc":"2.0","id":1,"result":{ "tools" : [{"name":"get_a","x":1.50e0},{"name":"s\\u0065nd"}]}}',
    );
  });

  it.each([
    ['Name beside name', { tools: [{ name: 'get_a', Name: 'drop' }] }, { tools: [] }],
    ['NAME alone', { tools: [{ NAME: 'get_a' }] }, { tools: [] }],
    ['a key with a long s', { resources: [{ uri: 'demo://open/a', 'uri\u200b': 1, URI: 'x' }] }, { resources: [] }],
    [
      'uritemplate beside uriTemplate',
      { resourceTemplates: [{ uriTemplate: 'demo://open/{id}', uritemplate: 'demo://shut/{id}' }] },
      { resourceTemplates: [] },
    ],
    ['taskid beside taskId', { tasks: [{ taskId: 'mine', taskid: 'theirs' }] }, { tasks: [] }],
  ])('loses an item that is one thing to some clients and another to others: %s', (_name, result, filtered) => {
    expect(filter(result)).toEqual(filtered);
  });

  it.each(['tools', 'prompts', 'resources', 'resourceTemplates', 'tasks'])(
    'is not shown when "%s" is no list: its reader may take it for one',
    (key) => {
      for (const value of [{ 0: { name: 'drop', uri: 'demo://shut', taskId: 'theirs' } }, 'drop', 1, true])
        expect(() => filter({ [key]: value })).toThrow(UnreadableMessage);
      expect(filter({ [key]: null })).toBe('unchanged');
    },
  );
});
