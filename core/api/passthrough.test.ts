import { describe, expect, it } from 'vitest';
import { leadsToMcp, passthroughSchema } from './passthrough.ts';
import { runSchema, workloadSchema } from './server-pods.ts';

const problems = (passthrough: object[], path = '/mcp'): string[] =>
  workloadSchema
    .safeParse({ selector: { matchLabels: { app: 'ledger' } }, port: 8080, path, passthrough })
    .error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? [];

describe('a path that passes', () => {
  it('takes GET and HEAD of whoever may call, unless it says something else', () => {
    expect(passthroughSchema.parse([{ path: '/metrics' }])).toEqual([
      { path: '/metrics', methods: ['GET', 'HEAD'], anonymous: false },
    ]);
  });

  it.each(['/metrics', '/health/live', '/v1.2/api_docs', '/mcpx', '/a/mcp'])('may be %s', (path) => {
    expect(problems([{ path }])).toEqual([]);
  });

  it.each([
    '/',
    'metrics',
    '/a/',
    '//a',
    '/a//b',
    '/.well-known/x',
    '/a/../mcp',
    '/a/./b',
    '/%6Dcp',
    '/mcp;x',
    '/a?b',
    '/a#b',
    '/ä',
  ])('is none that could be read in two ways: %s', (path) => {
    expect(problems([{ path }])).toEqual([expect.stringMatching(/is not a plain path/)]);
  });

  it.each([{ methods: ['POST'] }, { methods: ['OPTIONS'] }, { methods: [] }])('takes no body: %j', (more) => {
    expect(problems([{ path: '/metrics', ...more }])).not.toEqual([]);
  });

  it('is named once', () => {
    expect(problems([{ path: '/a' }, { path: '/a' }])).toEqual([
      'passthrough.1.path: is in the list already; keep one of the two',
    ]);
  });
});

describe('the MCP endpoint never passes', () => {
  it.each([
    ['/mcp', '/mcp'],
    ['/MCP', '/mcp'],
    ['/mcp/messages', '/mcp'],
    // Where the gate serves it, whatever the server calls it.
    ['/mcp', '/rpc'],
    ['/rpc', '/rpc/'],
    ['/rpc/v1', '/rpc'],
    ['/Rpc/V1', '/rPC/v1'],
    ['/metrics', '/'],
  ])('%s, where it is at %s', (path, mcp) => {
    expect(leadsToMcp(path, mcp)).toBe(true);
    expect(problems([{ path }], mcp)).toEqual([expect.stringMatching(/^passthrough.0.path: is at or below the MCP/)]);
  });

  it.each(['/%6Dcp', '/mcp;v=1', '//mcp', '/a/../mcp'])('nor does anything beside one that is spelled %s', (mcp) => {
    expect(problems([{ path: '/metrics' }], mcp)).toEqual([
      expect.stringMatching(/^passthrough: stands beside a path/),
    ]);
    expect(problems([], mcp)).toEqual([]);
  });

  it('is named beside other faults, whatever stands in the list', () => {
    const passthrough = [null, { path: 7 }, { path: '/mcp' }];
    const { error } = runSchema.safeParse({ image: 'a:1', port: 70_000, passthrough });
    expect(error?.issues.map(({ path }) => path.join('.'))).toContain('passthrough.2.path');
    expect(runSchema.safeParse({ image: 'a:1', port: 8080, passthrough: 'x' }).success).toBe(false);
    expect(runSchema.safeParse(null).success).toBe(false);
  });

  it('also of a server that the operator runs', () => {
    expect(runSchema.safeParse({ image: 'a:1', port: 8080, passthrough: [{ path: '/mcp/x' }] }).success).toBe(false);
  });
});
