import { describe, expect, it, onTestFinished } from 'vitest';
import type { PolicyPackInput } from '../../core/api/policy-pack.ts';
import type { TrafficCall } from '../../core/traffic/line.ts';
import { pack, policyOf } from '../../core/policy/testing/gen.ts';
import { BOB, reads } from '../testing/traffic-file.ts';
import { LogReplay, type Replayed } from './replay-log.ts';

async function replay(spec: PolicyPackInput['spec'], ...calls: TrafficCall[]): Promise<Replayed[]> {
  const log = new LogReplay(policyOf(pack(spec)), Date.parse(calls[0]?.time ?? ''));
  onTestFinished(() => log.close());
  const played: Replayed[] = [];
  for (const call of calls) played.push(await log.play(call));
  return played;
}
const effects = (played: readonly Replayed[]): string[] =>
  played.map(({ verdict, untold }) => (untold.length > 0 ? 'untold' : verdict.effect));

const ROOTS = (root: string) => ({ arguments: { path: { type: 'path', roots: [root] } } }) as const;

describe('a call is decided on by the code of a gate', () => {
  it('by its tool, its arguments and its caller', async () => {
    const spec = {
      tools: [{ names: ['read_*'], effect: 'Allow', principals: { names: ['ada'] }, ...ROOTS('/data') }],
    } as const;
    expect(
      effects(
        await replay(
          spec as never,
          reads(),
          reads({}, '/etc'),
          reads({ principal: BOB }),
          reads({ name: 'write_file' }),
        ),
      ),
    ).toEqual(['Allow', 'Deny', 'Deny', 'Deny']);
  });

  it('resources, prompts and methods, too', async () => {
    const spec: PolicyPackInput['spec'] = {
      resources: [{ uris: ['file:///data/**'], effect: 'Allow' }],
      prompts: [{ names: ['greet'], effect: 'RequireApproval' }],
      methods: [{ names: ['vendor/*'], effect: 'Log' }],
    };
    const of = (kind: TrafficCall['kind'], name: string) => reads({ kind, name, arguments: undefined as never });
    expect(
      effects(
        await replay(
          spec,
          of('resource', 'file:///data/x'),
          of('resource', 'file:///etc/x'),
          of('prompt', 'greet'),
          of('method', 'vendor/x'),
        ),
      ),
    ).toEqual(['Allow', 'Deny', 'RequireApproval', 'Log']);
  });

  it('by the time at which it was made', async () => {
    const spec: PolicyPackInput['spec'] = {
      tools: [{ names: ['*'], effect: 'Allow', when: 'now < timestamp("2026-01-31T08:30:00Z")' }],
    };
    const late = reads({ time: '2026-01-31T08:45:00.000Z' });
    expect(effects(await replay(spec, reads(), late))).toEqual(['Allow', 'Deny']);
  });

  it('by what the server had listed', async () => {
    const log = new LogReplay(
      policyOf(pack({ arguments: { schema: 'Enforce' }, tools: [{ names: ['*'], effect: 'Allow' }] } as never)),
      0,
    );
    onTestFinished(() => log.close());
    await log.list([
      { name: 'read_file', inputSchema: { type: 'object', properties: {}, additionalProperties: false } },
    ]);
    const { verdict } = await log.play(reads());
    expect(verdict.effect).toBe('Deny');
  });
});

describe('an answer', () => {
  const dlp: PolicyPackInput['spec'] = {
    tools: [{ names: ['*'], effect: 'Allow' }],
    dlp: [{ name: 'mails', detect: ['email'], effect: 'Redact' }],
  };
  const result = { isError: false, blocks: ['text'], count: 1, bytes: 10 };

  it('holds again what was found in it', async () => {
    const [clean, found, unknown] = await replay(
      dlp,
      reads({ result }),
      reads({ result: { ...result, found: ['email'] } }),
      reads(),
    );
    expect([clean?.answer, found?.answer, unknown?.answer]).toEqual(['Allow', 'Redact', undefined]);
    expect(found?.answerRules).toEqual(['finance/pack#mails']);
  });

  it('may be an error, a resource or a prompt', async () => {
    const spec: PolicyPackInput['spec'] = {
      ...dlp,
      resources: [{ uris: ['**'], effect: 'Allow' }],
      prompts: [{ names: ['*'], effect: 'Allow' }],
    };
    const found = { ...result, found: ['email'] };
    const played = await replay(
      spec,
      reads({ result: { ...result, error: -32_000 } }),
      reads({ kind: 'resource', name: 'file:///a', arguments: undefined as never, result: found }),
      reads({ kind: 'prompt', name: 'a', arguments: undefined as never, result: found }),
      reads({ result: { ...found, isError: true } }),
    );
    expect(played.map(({ answer }) => answer)).toEqual(['Allow', 'Redact', 'Redact', 'Redact']);
  });
});

describe('what cannot be told', () => {
  const amount = (above: number, upTo: number) =>
    reads({ arguments: { is: 'object', members: { amount: { is: 'number', above, upTo, whole: true } } } });

  it('is what lies between the smallest and the largest of a class', async () => {
    const spec: PolicyPackInput['spec'] = {
      tools: [
        { names: ['*'], effect: 'Allow' },
        { name: 'much', names: ['*'], effect: 'RequireApproval', when: 'arguments.amount > 1500' },
      ],
    };
    const played = await replay(spec, amount(500, 1000), amount(1000, 2000), amount(2000, 5000));
    expect(effects(played)).toEqual(['Allow', 'untold', 'RequireApproval']);
  });

  it('is not what another rule denies for certain', async () => {
    const text = reads({ arguments: { is: 'object', members: { to: { is: 'text', chars: 8 } } } });
    const allow = { names: ['*'], effect: 'Allow', arguments: { to: { type: 'string', pattern: 'a+' } } } as const;
    expect(effects(await replay({ tools: [allow] } as never, text))).toEqual(['untold']);
    expect(effects(await replay({ tools: [allow, { names: ['*'], effect: 'Deny' }] } as never, text))).toEqual([
      'Deny',
    ]);
  });

  it('is what a schema asks of a text', async () => {
    const log = new LogReplay(
      policyOf(pack({ arguments: { schema: 'Enforce' }, tools: [{ names: ['*'], effect: 'Allow' }] } as never)),
      0,
    );
    onTestFinished(() => log.close());
    await log.list([
      { name: 'read_file', inputSchema: { type: 'object', properties: { path: { type: 'string', pattern: '^q' } } } },
    ]);
    const { untold } = await log.play(reads());
    expect(untold.map(({ why }) => why)).toEqual(['the schema of the tool asks more of /path than is kept']);
  });
});

describe('rules over time', () => {
  const at = (second: number, more: Partial<TrafficCall> = {}) =>
    reads({ time: `2026-01-31T08:00:${second}.000Z`, ...more });
  const over = (limits: object): PolicyPackInput['spec'] => ({
    tools: [{ names: ['*'], effect: 'Allow' }],
    limits,
  });

  it('go by the times of the log', async () => {
    const spec = over({ rate: [{ name: 'few', per: ['principal'], calls: 1, window: '10s' }] });
    expect(effects(await replay(spec, at(10), at(12), at(12, { principal: BOB }), at(40)))).toEqual([
      'Allow',
      'Deny',
      'Allow',
      'Allow',
    ]);
  });

  it('count the bytes that results had', async () => {
    const spec = over({ resultBytes: [{ name: 'bulk', per: ['principal'], bytes: '64Ki', window: '1m' }] });
    const result = { isError: false, blocks: ['text'], count: 1, bytes: 100_000 };
    expect(effects(await replay(spec, at(10, { result }), at(11, { result })))).toEqual(['Allow', 'Deny']);
  });

  it('that compare values are not judged', async () => {
    const spec = over({ loops: [{ name: 'same', per: ['session'], identical: 2, window: '1m' }] });
    const text = { arguments: { is: 'object', members: { to: { is: 'text', chars: 8 } } } } as const;
    expect(effects(await replay(spec, at(10, text), at(11, text), at(12, text)))).not.toContain('Deny');
  });
});

it('conversations have a bound, and whoever comes again is known', async () => {
  const many = Array.from({ length: 140 }, (_, i) => reads({ principal: { ...BOB, name: `p${i}` } }));
  const spec: PolicyPackInput['spec'] = { tools: [{ names: ['*'], effect: 'Allow' }] };
  const odd = reads({ protocol: '2026-07-28', principal: { ...BOB, kind: 'made-up', issuer: 'x', scopes: ['y'] } });
  expect(new Set(effects(await replay(spec, ...many, odd, ...many.slice(0, 3), reads({ principal: null }))))).toEqual(
    new Set(['Allow']),
  );
});
