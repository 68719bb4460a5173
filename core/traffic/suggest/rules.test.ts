import { describe, expect, it } from 'vitest';
import type { TrafficCall } from '../line.ts';
import type { Shape } from '../shape.ts';
import { callLine } from '../testing/lines.ts';
import { ObservedTraffic } from './observed.ts';
import { rulesFor, type SuggestedRule } from './rules.ts';

function rulesOf(calls: readonly Partial<TrafficCall>[], tool?: object): readonly SuggestedRule[] {
  const observed = new ObservedTraffic();
  if (tool !== undefined) observed.addTool(tool as Record<string, unknown>);
  for (const call of calls) observed.add(callLine(call));
  return rulesFor(observed.used, observed.tools);
}
const as = (name: string, more: object = {}) => ({ kind: 'token', name, groups: [], ...more });
const path = (under: string): Shape => ({ is: 'object', members: { path: { is: 'path', under, parts: 1 } } });

describe('callers', () => {
  it('of whom the same is seen share a rule', () => {
    const rules = rulesOf([
      { arguments: path('/a') },
      { arguments: path('/a'), principal: as('bob') },
      { arguments: path('/b'), principal: as('eve') },
    ]);
    expect(rules.map(({ name, principals }) => [name, principals.names])).toEqual([
      ['read-file', ['ada', 'bob']],
      ['read-file-2', ['eve']],
    ]);
  });

  it('of two issuers do not, and the issuer is named', () => {
    const jwt = (issuer: string) => ({ principal: as('ada', { kind: 'jwt', issuer }) });
    expect(rulesOf([jwt('https://a.example'), jwt('https://b.example')]).map(({ principals }) => principals)).toEqual([
      { names: ['ada'], issuers: ['https://a.example'] },
      { names: ['ada'], issuers: ['https://b.example'] },
    ]);
    expect(rulesOf([{ principal: as('ada', { kind: 'certificate', issuer: 'pods' }) }])[0]?.principals).toEqual({
      names: ['ada'],
    });
  });

  it('are as many as a rule can name', () => {
    const rules = rulesOf(Array.from({ length: 300 }, (_, i) => ({ principal: as(`p${i}`) })));
    expect(rules.map(({ principals }) => principals.names.length)).toEqual([256, 44]);
  });
});

describe('arguments', () => {
  it('that every call had are required, that nobody sent are forbidden', () => {
    const tool = {
      name: 'read_file',
      inputSchema: { properties: { path: {}, head: {}, tail: {}, 'a*': {}, '/odd': {} } },
    };
    const head: Shape = {
      is: 'object',
      members: { path: { is: 'path', under: '/a', parts: 1 }, head: { is: 'value', value: 3 } },
    };
    expect(rulesOf([{ arguments: path('/a') }, { arguments: head }], tool)[0]?.arguments).toEqual({
      path: { type: 'path', roots: ['/a'], required: true },
      head: { type: 'integer', min: 3, max: 3 },
      tail: { type: 'any', forbidden: true },
      'a*': { type: 'any', forbidden: true },
    });
  });

  it('inside of others are named by pointers, and required nowhere', () => {
    const inner: Shape = {
      is: 'object',
      members: {
        edits: { is: 'array', items: [{ is: 'object', members: { to: { is: 'text', chars: 8 } } }], count: 1 },
      },
    };
    expect(rulesOf([{ arguments: inner }])[0]?.arguments).toEqual({
      edits: { type: 'array', required: true },
      '/edits/*': { type: 'object' },
      '/edits/*/to': { type: 'string', maxLength: 8 },
    });
  });

  it('are those of tools alone', () => {
    expect(rulesOf([{ kind: 'prompt', name: 'p', arguments: path('/a') }])[0]?.arguments).toEqual({});
  });
});

it('a call that a person approved waits for one', () => {
  expect(rulesOf([{ effect: 'RequireApproval' }])[0]?.effect).toBe('RequireApproval');
});

it('a rule has a name, whatever its tool is called', () => {
  expect(rulesOf([{ name: '---' }, { name: 'Ünïcode!' }, { name: 'x'.repeat(200) }]).map(({ name }) => name)).toEqual([
    'rule',
    'x'.repeat(50),
    'n-code',
  ]);
});
