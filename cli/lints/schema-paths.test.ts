import { describe, expect, it } from 'vitest';
import { findArgument } from './schema-paths.ts';

const SCHEMA = {
  type: 'object',
  properties: {
    path: { type: 'string' },
    edits: { type: 'array', items: { type: 'object', properties: { oldText: { type: 'string' } } } },
    options: { $ref: '#/$defs/options' },
    maybe: { anyOf: [{ type: 'null' }, { type: 'object', properties: { depth: { type: 'integer' } } }] },
    either: { oneOf: [{ properties: { a: {} } }, { properties: { b: {} } }] },
    free: { type: 'object' },
    map: { type: 'object', additionalProperties: { type: 'object', properties: { n: { type: 'number' } } } },
    open: { type: 'object', properties: { a: {} }, additionalProperties: true },
    elsewhere: { $ref: 'https://example.com/schema' },
  },
  $defs: { options: { allOf: [{ properties: { dry: { type: 'boolean' } } }], properties: { force: {} } } },
};
const kind = (name: string): string => findArgument(SCHEMA, name).kind;

describe('an argument', () => {
  it.each(['path', 'PATH', '/edits/0/oldText', '/edits/*/oldText', '/edits/oldText', '/options/dry', '/options/force'])(
    '%s is found',
    (name) => expect(kind(name)).toBe('found'),
  );
  it.each(['/maybe/depth', '/either/b', '/map/any/n', '/map/*', '/map/*/n'])('%s is found where it may be', (name) => {
    expect(kind(name)).toBe('found');
  });

  it.each(['/free/a', '/open/b', '/elsewhere/a', '/options/*'])('%s is left open', (name) => {
    expect(kind(name)).toBe('open');
  });

  it.each([
    ['pth', 'pth', ['path', 'edits']],
    ['/edits/*/oldTxt', 'oldTxt', ['oldText']],
    ['/maybe/dept', 'dept', ['depth']],
    ['/either/c', 'c', ['a', 'b']],
    ['/options/dri', 'dri', ['dry', 'force']],
    ['/map/x/m', 'm', ['n']],
  ])('%s is not there', (name, part, siblings) => {
    expect(findArgument(SCHEMA, name)).toMatchObject({
      kind: 'missing',
      part,
      siblings: expect.arrayContaining(siblings) as string[],
    });
  });
});

it.each([undefined, true, { type: 'object' }, { $ref: '#/a' }, { $ref: '#' }])('of %j nothing is known', (schema) => {
  expect(findArgument(schema, 'path').kind).toBe('open');
});

it('of alternatives that refer to each other again and again it is not looked at all', () => {
  const again = { anyOf: Array.from({ length: 20 }, () => ({ $ref: '#' })) };
  expect(findArgument(again, 'path').kind).toBe('open');
});

it('a tool without any has none', () => {
  expect(findArgument({ type: 'object', properties: {} }, 'path')).toMatchObject({ kind: 'missing', siblings: [] });
});
