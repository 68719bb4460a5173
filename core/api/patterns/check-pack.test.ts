import { describe, expect, it } from 'vitest';
import { API_VERSION } from '../common.ts';
import { type PolicyPackInput, policyPackSchema } from '../policy-pack.ts';
import { formatPath } from '../problem.ts';
import { checkPatterns } from './check-pack.ts';

const findings = (spec: PolicyPackInput['spec']) =>
  checkPatterns(
    policyPackSchema.parse({ apiVersion: API_VERSION, kind: 'PolicyPack', metadata: { name: 'p' }, spec }),
  ).map(({ path, impossible, mend }) => [formatPath(path), impossible ? 'refused' : 'warned', mend]);

const uri = (pattern: string) => findings({ resources: [{ uris: [pattern], effect: 'Deny' }] })[0]?.slice(1);

describe('checkPatterns', () => {
  it('looks at every list of a pack, and says where', () => {
    const places = findings({
      tools: [
        {
          names: ['a', 'b?'],
          effect: 'Allow',
          principals: { names: ['ada|bob'], groups: ['^agents$'] },
          arguments: { 'path*': { type: 'path', roots: ['/data/*'] } },
        },
      ],
      resources: [{ uris: ['file:///a', '*'], effect: 'Allow', principals: { groups: ['team$'] } }],
      prompts: [{ names: [' a'], effect: 'Allow' }],
      methods: [{ names: ['vendor/.*'], effect: 'Allow' }],
      dlp: [{ detect: ['secrets'], tools: ['a', 'b?'], effect: 'Log' }],
      limits: {
        budget: [
          {
            ...{ credits: 1, window: '1h', tools: ['b?'], principals: { groups: ['team$'] } },
            costs: [{ tools: ['a', 'c?'], credits: 2 }],
          },
        ],
      },
    }).map(([path]) => path);
    expect(places).toEqual([
      'spec.tools[0].names[1]',
      'spec.tools[0].principals.names[0]',
      'spec.tools[0].principals.groups[0]',
      'spec.prompts[0].names[0]',
      'spec.methods[0].names[0]',
      'spec.dlp[0].tools[1]',
      'spec.limits.budget[0].tools[0]',
      'spec.limits.budget[0].principals.groups[0]',
      'spec.limits.budget[0].costs[0].tools[1]',
      'spec.resources[0].uris[1]',
      'spec.resources[0].principals.groups[0]',
      'spec.tools[0].arguments["path*"]',
      'spec.tools[0].arguments["path*"].roots[0]',
    ]);
  });

  it.each([
    ['*', 'warned', 'write "**" for any characters'],
    ['file://*', 'warned', 'write "file://**" for any characters'],
    ['https:*', 'warned', 'write "https:**" for any characters'],
    [' file:///data/**', 'refused', 'write "file:///data/**"'],
    ['^file:///data/.*$', 'refused', expect.stringContaining('"file:///data/**"')],
    ['file:///data/.*', 'warned', expect.stringContaining('"file:///data/**"')],
    ['file:///data/(a|b)', 'warned', 'write one entry for each URI'],
    ['file:///data/{a,b}.txt', 'warned', expect.stringContaining('"file:///data/**.txt"')],
    ['file:///data/[a-z]*', 'warned', expect.stringContaining('"file:///data/**"')],
    ['file:///data/../etc/*', 'refused', 'write the URI as it is without'],
    [String.raw`C:\data\*`, 'refused', 'write "file:///C:/data/*"'],
    ['/data/**', 'warned', 'write for example "file:///data/**"'],
    ['!file:///data/**', 'refused', expect.stringContaining('allow those alone')],
  ])('of the URI pattern %j: %s', (pattern, outcome, mend) => {
    expect(uri(pattern)).toEqual([outcome, mend]);
  });

  it.each([
    'file:///data/**',
    'file:///**/.env',
    'file:///My Docs/**',
    'file:///Program Files (x86)/**',
    'https://example.com/a?b=*',
    'http://[::1]:8080/**',
    'demo://resource/{id}',
    'file:///data/report.*',
    'file:///data/50%25.txt',
    '**',
  ])('the URI pattern %j is what it seems', (pattern) => {
    expect(uri(pattern)).toBeUndefined();
  });

  it.each(['ada', 'system:serviceaccount:a:b', '/realm/agents', 'Domain Users', 'CN=ada,OU=x', 'ada@example.com'])(
    'the principal %j is what it seems',
    (name) => {
      expect(findings({ tools: [{ names: ['a'], effect: 'Allow', principals: { names: [name] } }] })).toEqual([]);
    },
  );

  it.each([
    ['$.path', 'write "path"'],
    ['arguments.path', 'write "path"'],
    ['/params/path', 'write "path"'],
    ['options[*].path', 'write "/options/*/path"'],
  ])('the parameter %j is warned about', (name, mend) => {
    const checks = { [name]: { type: 'path' as const, roots: ['/data'] } };
    expect(findings({ tools: [{ names: ['a'], effect: 'Allow', arguments: checks }] })).toEqual([
      [expect.stringContaining('arguments'), 'warned', mend],
    ]);
  });

  it.each(['path', 'file.path', 'x-file', 'файл'])('the parameter %j is what it seems', (name) => {
    const checks = { [name]: { type: 'path' as const, roots: ['/data', '/'] } };
    expect(findings({ tools: [{ names: ['a'], effect: 'Allow', arguments: checks }] })).toEqual([]);
  });
});
