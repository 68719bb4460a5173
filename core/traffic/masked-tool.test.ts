import { expect, it } from 'vitest';
import { NO_BOUND } from '../inspect/content/work.ts';
import { maskedTool } from './masked-tool.ts';

it('keeps what rules are written of', () => {
  const tool = {
    name: 'a',
    description: 'write to ada@sallyport.dev',
    annotations: { readOnlyHint: true },
    inputSchema: {
      type: 'object',
      properties: { b: { type: 'string', default: 'Ada', examples: ['Bob'], enum: ['x'] } },
    },
    outputSchema: {},
    _meta: { secret: 1 },
  };
  expect(maskedTool(tool, NO_BOUND)).toEqual({
    name: 'a',
    description: '[masked: email]',
    annotations: { readOnlyHint: true },
    inputSchema: { type: 'object', properties: { b: { type: 'string', enum: ['x'] } } },
  });
});

it.each([undefined, 'a', { title: 'a' }, { name: 3 }])('%j is no tool', (tool) =>
  expect(maskedTool(tool, NO_BOUND)).toBeUndefined(),
);

it('ends where a schema does not', () => {
  const deep: Record<string, unknown> = { name: 'a' };
  let at: Record<string, unknown> = deep;
  for (let i = 0; i < 100; i++) at = at['inputSchema'] = {};
  expect(JSON.stringify(maskedTool(deep, NO_BOUND)).length).toBeLessThan(400);
  expect(
    JSON.stringify(maskedTool({ name: 'a', inputSchema: Array.from({ length: 10_000 }, () => 1) }, NO_BOUND)).length,
  ).toBeLessThan(2_000);
  const named = { name: 'a', inputSchema: { properties: { ['p'.repeat(257)]: {}, ['p'.repeat(256)]: {} } } };
  expect(JSON.stringify(maskedTool(named, NO_BOUND)).length).toBeLessThan(400);
});
