import { describe, expect, it } from 'vitest';
import { pack } from '../../core/policy/testing/gen.ts';
import { againstTools } from './against-tools.ts';

const text = { type: 'string' };
const schema = (properties: object): object => ({ type: 'object', properties });
const TOOLS = [
  { name: 'read_file', inputSchema: schema({ path: text, head: { type: 'integer' } }) },
  { name: 'write_file', inputSchema: schema({ path: text, content: text }) },
  { name: 'list', inputSchema: { type: 'object' } },
];
type Rule = NonNullable<Parameters<typeof pack>[0]['tools']>[number];
const found = (spec: Parameters<typeof pack>[0]): string[] =>
  againstTools(pack(spec), TOOLS).map(
    ({ code, path, message, mend }) => `${code} ${path.slice(1).join('.')}: ${message}; ${mend}`,
  );
const rule = (names: string[], arguments_: Rule['arguments']): string[] =>
  found({ tools: [{ names, effect: 'Allow', arguments: arguments_ }] });

describe('a name', () => {
  it('that no tool has is told, with the one that was meant', () => {
    expect(found({ tools: [{ names: ['*', 'raed_file', 'get_*'], effect: 'Allow' }] })).toEqual([
      'no-such-tool tools.0.names.1: "raed_file" matches no tool that the server lists; did you mean read_file?',
      expect.stringContaining('no-such-tool tools.0.names.2: "get_*" matches no tool'),
    ]);
  });

  it('may also stand in budgets and their costs', () => {
    const costs = [{ tools: ['x_*', '*'], credits: 2 }];
    expect(found({ limits: { budget: [{ credits: 1, window: '1h', tools: ['lst'], costs }] } })).toEqual([
      expect.stringContaining('limits.budget.0.tools.0'),
      expect.stringContaining('limits.budget.0.costs.0.tools.0'),
    ]);
  });

  it('may also stand in dlp and in exceptions', () => {
    expect(
      found({
        dlp: [{ detect: ['iban'], effect: 'Log', tools: ['lst', 'list'] }],
        detectors: { use: 'Default', except: [{ tools: ['x_*'], parameters: ['command'] }] },
      }),
    ).toEqual([expect.stringContaining('dlp.0.tools.0'), expect.stringContaining('detectors.except.0.tools.0')]);
  });
});

describe('an argument', () => {
  const path = { type: 'path', roots: ['/data'] } as const;

  it('that no tool of the rule has is told, with the one that was meant', () => {
    expect(rule(['read_file'], { pth: { ...path, roots: ['/data'] } })).toEqual([
      'no-such-argument tools.0.arguments.pth: the tool read_file has no argument "pth"; did you mean path?',
    ]);
    expect(rule(['*_file'], { colour: { type: 'string' } })).toEqual([
      expect.stringMatching(/read_file and 1 more tools have no argument "colour"; it takes path, head$/),
    ]);
  });

  it('need not be in each of them, unless it is required', () => {
    expect(rule(['*_file'], { content: { type: 'string' } })).toEqual([]);
    expect(rule(['*_file'], { content: { type: 'string', required: true } })).toEqual([
      expect.stringMatching(/is required, and the tool read_file has no argument "content", so that every call/),
    ]);
  });

  it('is not missed where it is forbidden, or the schema leaves it open', () => {
    expect(rule(['read_file'], { override: { type: 'any', forbidden: true } })).toEqual([]);
    expect(rule(['list'], { path: { ...path, roots: ['/data'] } })).toEqual([]);
    expect(rule(['nothing_*'], { pth: { ...path, roots: ['/data'] } })).toHaveLength(1);
  });

  it('is of a type that the tool takes', () => {
    expect(rule(['read_file'], { head: { type: 'string' } })).toEqual([
      'argument-type tools.0.arguments.head: is of the type string here and integer to the tool read_file, so that no call with it passes both; write a type that takes integer',
    ]);
    expect(rule(['read_file'], { head: { type: 'number' }, path: { type: 'any' } })).toEqual([]);
    expect(rule(['read_file'], { path: { type: 'boolean' } })).toHaveLength(1);
  });
});
