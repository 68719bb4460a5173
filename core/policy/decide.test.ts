import { describe, expect, it } from 'vitest';
import type { PolicyPackInput } from '../api/policy-pack.ts';
import { decide, decideTarget } from './decide.ts';
import { ANONYMOUS } from './principal.ts';
import { ada, method, pack, policyOf, prompt, resource, tool } from './testing/gen.ts';

type Spec = PolicyPackInput['spec'];
const effectOf = (spec: Spec, target = tool('transfer'), principal = ada) =>
  decideTarget(policyOf(pack(spec)), principal, target).effect;

describe('decide', () => {
  it.each([
    ['nothing said means Deny', {}, 'Deny'],
    ['an exact name', { tools: [{ names: ['transfer'], effect: 'Allow' }] }, 'Allow'],
    ['a pattern', { tools: [{ names: ['trans*'], effect: 'Log' }] }, 'Log'],
    ['another name', { tools: [{ names: ['transfe'], effect: 'Allow' }] }, 'Deny'],
    ['the name in another case', { tools: [{ names: ['Transfer'], effect: 'Allow' }] }, 'Deny'],
    ['a prompt of that name', { prompts: [{ names: ['*'], effect: 'Allow' }] }, 'Deny'],
    [
      'the strictest of several',
      {
        tools: [
          { names: ['*'], effect: 'Allow' },
          { names: ['transfer'], effect: 'RequireApproval' },
          { names: ['t*'], effect: 'Log' },
        ],
      },
      'RequireApproval',
    ],
    [
      'a rule for the principal',
      { tools: [{ names: ['*'], effect: 'Allow', principals: { names: ['ada'] } }] },
      'Allow',
    ],
    [
      'a rule for its group',
      { tools: [{ names: ['*'], effect: 'Allow', principals: { groups: ['treasury'] } }] },
      'Allow',
    ],
    [
      'a rule for somebody else',
      { tools: [{ names: ['*'], effect: 'Allow', principals: { names: ['bob'], groups: ['x'] } }] },
      'Deny',
    ],
  ] as [string, Spec, string][])('%s', (_name, spec, effect) => {
    expect(effectOf(spec)).toBe(effect);
  });

  it('treats a token named like a group as no member of it', () => {
    const spec: Spec = { tools: [{ names: ['*'], effect: 'Allow', principals: { groups: ['ada'] } }] };
    expect(effectOf(spec)).toBe('Deny');
  });

  it('names the rules that carry the effect, sorted, and only those', () => {
    const policy = policyOf(
      pack(
        {
          tools: [
            { names: ['*'], effect: 'Deny' },
            { names: ['t*'], effect: 'Deny' },
            { names: ['*'], effect: 'Allow' },
          ],
        },
        'b',
      ),
      pack({ tools: [{ names: ['transfer'], effect: 'Deny' }] }, 'a'),
    );
    expect(decideTarget(policy, ada, tool('transfer')).rules).toEqual([
      'finance/a#tools[0]',
      'finance/b#tools[0]',
      'finance/b#tools[1]',
    ]);
  });

  it('takes the shortest terms of all rules that require approval', () => {
    const rule = (expires: string, hold: string) => ({
      names: ['*'],
      effect: 'RequireApproval' as const,
      approval: { expires, hold },
    });
    const policy = policyOf(pack({ tools: [rule('1h', '5s'), rule('10m', '20s')] }));
    expect(decideTarget(policy, ada, tool('x')).obligations.approval).toEqual({ expiresMs: 600_000, holdMs: 5_000 });
  });

  it('records what a pack in shadow would have done and changes nothing else', () => {
    const policy = policyOf(
      pack({ tools: [{ names: ['*'], effect: 'Allow' }] }, 'live'),
      pack({ mode: 'Shadow', tools: [{ names: ['transfer'], effect: 'Deny' }] }, 'trial'),
    );
    expect(decideTarget(policy, ada, tool('transfer'))).toMatchObject({
      effect: 'Allow',
      rules: ['finance/live#tools[0]'],
      would: { effect: 'Deny', rules: ['finance/trial#tools[0]'] },
    });
    expect(decideTarget(policy, ada, tool('other')).would).toBeUndefined();
  });

  it('takes a rule in shadow as one of a pack in shadow: it allows nothing, and is on record where it is stricter', () => {
    const policy = policyOf(
      pack({
        tools: [
          { names: ['*'], effect: 'Allow' },
          { name: 'trial', names: ['transfer'], effect: 'Deny', mode: 'Shadow' },
        ],
        prompts: [{ names: ['*'], effect: 'Allow', mode: 'Shadow' }],
      }),
    );
    expect(decideTarget(policy, ada, tool('transfer'))).toMatchObject({
      effect: 'Allow',
      rules: ['finance/pack#tools[0]'],
      would: { effect: 'Deny', rules: ['finance/pack#trial'] },
    });
    expect(decideTarget(policy, ada, prompt('p')).effect).toBe('Deny');
  });

  it('lets a pack in shadow allow nothing', () => {
    const policy = policyOf(pack({ mode: 'Shadow', tools: [{ names: ['*'], effect: 'Allow' }] }));
    expect(decideTarget(policy, ada, tool('transfer')).effect).toBe('Deny');
  });

  it('is as strict as the strictest target of a call that names several', () => {
    const policy = policyOf(pack({ resources: [{ uris: ['a://**'], effect: 'Allow' }] }));
    expect(
      decide(policy, { principal: ada, targets: [resource('a://1'), resource('b://2')], inspection: undefined }).effect,
    ).toBe('Deny');
    expect(
      decide(policy, { principal: ada, targets: [resource('a://1'), resource('a://2')], inspection: undefined }).effect,
    ).toBe('Allow');
    expect(decide(policy, { principal: ada, targets: [], inspection: undefined }).effect).toBe('Allow');
  });

  it('names the rules of all targets of a call, and the target that is refused', () => {
    const policy = policyOf(
      pack({
        resources: [
          { name: 'a', uris: ['a://**'], effect: 'Allow' },
          { name: 'b', uris: ['b://**'], effect: 'Allow' },
          { name: 'c', uris: ['c://**'], effect: 'Deny' },
        ],
      }),
    );
    const over = (...uris: string[]) =>
      decide(policy, { principal: ada, targets: uris.map(resource), inspection: undefined });
    expect(over('b://1', 'a://1').rules).toEqual(['finance/pack#a', 'finance/pack#b']);
    expect(over('a://1', 'c://1')).toMatchObject({
      rules: ['finance/pack#c'],
      causes: [{ target: { name: 'c://1' } }],
    });
  });
});

describe('argument checks', () => {
  const spec: Spec = {
    tools: [{ names: ['read'], effect: 'Allow', arguments: { path: { type: 'path', roots: ['/data'] } } }],
  };

  it.each([
    ['a path inside', { path: '/data/a' }, 'Allow'],
    ['no path at all', {}, 'Allow'],
    ['null', { path: null }, 'Allow'],
    ['a list of paths inside', { path: ['/data/a', 'b'] }, 'Allow'],
    ['a path outside', { path: '/etc/passwd' }, 'Deny'],
    ['a way out', { path: '/data/../etc/passwd' }, 'Deny'],
    ['a folder whose name starts like the root', { path: '/database' }, 'Deny'],
    ['one of several outside', { path: ['/data/a', '/etc'] }, 'Deny'],
    ['a number', { path: 1 }, 'Deny'],
    ['an object', { path: { path: '/data' } }, 'Deny'],
    ['the name in another case', { PATH: '/etc/passwd' }, 'Deny'],
    ['a list in a list', { path: [['/etc']] }, 'Deny'],
  ])('%s', (_name, args, effect) => {
    expect(effectOf(spec, tool('read', args))).toBe(effect);
  });

  it('in shadow are on record, and change nothing else', () => {
    const rule = {
      ...{ names: ['read'], effect: 'Allow' as const },
      arguments: {
        path: { type: 'path' as const, roots: ['/data'] },
        to: { type: 'path' as const, roots: ['/data'], mode: 'Shadow' as const },
      },
    };
    const policy = policyOf(pack({ tools: [rule] }));
    const said = (args: Record<string, unknown>) => {
      const { effect, findings, would } = decideTarget(policy, ada, tool('read', args));
      return [effect, findings.length, would?.effect, would?.findings.map(({ pointer }) => pointer)];
    };
    expect(said({ path: '/data/a', to: '/data/b' })).toEqual(['Allow', 0, undefined, undefined]);
    expect(said({ path: '/data/a', to: '/etc' })).toEqual(['Allow', 0, 'Deny', ['/to']]);
    expect(said({ path: '/etc', to: '/etc' })).toEqual(['Deny', 1, undefined, undefined]);
  });

  it('deny even where another rule allows without a check', () => {
    const policy = policyOf(pack(spec, 'a'), pack({ tools: [{ names: ['*'], effect: 'Allow' }] }, 'b'));
    const decision = decideTarget(policy, ada, tool('read', { path: '/etc' }));
    expect(decision).toMatchObject({ effect: 'Deny', causes: [{ kind: 'argument' }], rules: ['finance/a#tools[0]'] });
  });
});

describe('resources', () => {
  const spec: Spec = {
    resources: [
      { uris: ['file:///data/**'], effect: 'Allow' },
      { uris: ['file:///data/secret', 'file:///data/secret/**', 'file:///data/key'], effect: 'Deny' },
    ],
  };

  it.each([
    ['file:///data/a.txt', 'Allow'],
    ['file:///data/a%20b.txt', 'Allow'],
    ['file:///data/ü.txt', 'Allow'],
    ['file:///etc/passwd', 'Deny'],
    ['file:///data/../etc/passwd', 'Deny'],
    ['file:///data/%2e%2e/etc/passwd', 'Deny'],
    ['file:///data/%252e%252e/etc/passwd', 'Deny'],
    ['file:///data/..%2fetc', 'Deny'],
    ['file:///data\\..\\etc', 'Deny'],
    ['file:///data/secret/a', 'Deny'],
    ['file:///data/s%65cret/a', 'Deny'],
    ['FILE:///data/secret/a', 'Deny'],
    ['file:///data//secret/a', 'Deny'],
    ['file:///data/secret#/a', 'Deny'],
    ['file:///data/key', 'Deny'],
    ['file:///data/key?a', 'Deny'],
    ['file:///data/key#a', 'Deny'],
    ['file:///data/key/', 'Deny'],
    ['file:///data/%6bey%23a', 'Deny'],
    ['file:///data/a?b', 'Allow'],
    ['file:///data//a/', 'Allow'],
    ['file:///data/%zz', 'Deny'],
    ['file:///data/%c0%ae', 'Deny'],
    ['file:///data/50%25.txt', 'Allow'],
    ['file:///data/100%25', 'Allow'],
    ['file:///data/100%25%20sure', 'Allow'],
    ['file:///data/50%25%25.txt', 'Allow'],
    ['file:///data/secret/50%25.txt', 'Deny'],
    ['file:///data/50%.txt', 'Deny'],
    ['file:///data/50%252e', 'Deny'],
    ['file:///data/50%25ab.txt', 'Deny'],
    ['file:///data/%25c0%25ae', 'Deny'],
    ['file:///data/%25u002e%25u002e/a', 'Deny'],
    ['file:///data/a%00', 'Deny'],
    ['file:///data/a\n', 'Deny'],
    [`file:///data/${'a'.repeat(9000)}`, 'Deny'],
  ])('%s is %s', (uri, effect) => {
    expect(effectOf(spec, resource(uri))).toBe(effect);
  });

  it.each([
    ['https://example.com', 'https://example.com'],
    ['file:///data/café', 'file:///data/caf%C3%A9'],
    ['file:///My%20Docs/a', 'file:///My%20Docs/a'],
    ['file:///My%20Docs/**', 'file:///My%20Docs/a%20b'],
    ['file:///My Docs/**', 'file:///My%20Docs/a'],
    ['file:///data/caf%C3%A9', 'file:///data/café'],
    ['file:///data/50%25.txt', 'file:///data/50%25.txt'],
    ['file:///data/50%.txt', 'file:///data/50%25.txt'],
    ['file:///data/50% of it.txt', 'file:///data/50%25%20of%20it.txt'],
  ])('a rule for %s allows %s: both are spellings of one URI', (pattern, uri) => {
    expect(effectOf({ resources: [{ uris: [pattern], effect: 'Allow' }] }, resource(uri))).toBe('Allow');
  });

  it('an encoded delimiter in a rule stays what it is', () => {
    const rule: Spec = { resources: [{ uris: ['x://a%2Fb', 'x://c%2A'], effect: 'Allow' }] };
    expect(effectOf(rule, resource('x://a/b'))).toBe('Deny');
    expect(effectOf(rule, resource('x://cd'))).toBe('Deny');
  });

  it.each(['not a uri', 'custom:thing', 'demo://resource/{id}', ''])('%j is matched as it is written', (uri) => {
    expect(effectOf({ resources: [{ uris: ['**'], effect: 'Allow' }] }, resource(uri))).toBe('Allow');
  });
});

describe('argument names that some decoder takes for the one in a rule', () => {
  const spec: Spec = {
    tools: [
      {
        names: ['*'],
        effect: 'Allow',
        arguments: { file: { type: 'path', roots: ['/data'] }, disk: { type: 'path', roots: ['/data'] } },
      },
    ],
  };

  it.each([
    ['FILE', 'Go, Java and .NET'],
    ['f\u0130le', 'Java'],
    ['f\u0131le', 'Java, and JavaScript in capitals'],
    ['fi\u0307le', 'Python, lower-cased with the first of these'],
    ['\ufb01le', 'Python and JavaScript in capitals'],
    ['di\u017fk', 'Go'],
    ['dis\u212a', 'Go and JavaScript'],
  ])('%j is checked: %s', (name) => {
    expect(effectOf(spec, tool('read', { [name]: '/etc/passwd' }))).toBe('Deny');
    expect(effectOf(spec, tool('read', { [name]: '/data/a' }))).toBe('Allow');
  });

  it('a name that nothing takes for it is not', () => {
    expect(effectOf(spec, tool('read', { files: '/etc/passwd', 'fil\u00e9': '/etc/passwd' }))).toBe('Allow');
  });
});

describe('methods', () => {
  const spec: Spec = {
    tools: [{ names: ['*'], effect: 'Allow' }],
    methods: [
      { names: ['vendor/*'], effect: 'Allow' },
      { names: ['vendor/audit/*'], effect: 'Log' },
      { names: ['*/delete'], effect: 'Deny', principals: { groups: ['treasury'] } },
    ],
  };

  it.each([
    ['vendor/ping', 'Allow'],
    ['vendor/a/b', 'Allow'],
    ['vendor/audit/list', 'Log'],
    ['vendor/a/delete', 'Deny'],
    ['Vendor/ping', 'Deny'],
    ['vendor', 'Deny'],
    ['other/x', 'Deny'],
  ])('%s is %s', (name, effect) => {
    expect(effectOf(spec, method(name))).toBe(effect);
  });

  it('are for the principals that are named', () => {
    expect(effectOf(spec, method('vendor/a/delete'), ANONYMOUS)).toBe('Allow');
  });

  it('have rules of their own', () => {
    expect(effectOf({ methods: [{ names: ['*'], effect: 'Allow' }] }, tool('transfer'))).toBe('Deny');
  });
});
