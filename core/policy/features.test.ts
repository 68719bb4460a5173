import { describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import { FEATURES, requirementsOf, versionFor } from './features.ts';
import { ARGUMENT_SAMPLES } from './testing/argument-samples.ts';
import { pack, server } from './testing/gen.ts';

const allow = { tools: [{ names: ['get_*'], effect: 'Allow' as const }] };
const audited = { ...allow, audit: { level: 'Required' as const } };
const defined = { ...allow, definitions: {} };
const wired = { ...allow, wire: { keys: 'CaseSensitive' as const } };

const plainDeny = { names: ['a'], effect: 'Deny' as const };
const conditional = { names: ['a'], effect: 'Deny' as const, when: 'arguments.n > 1' };
const recording = { tools: [...allow.tools, { names: ['a'], effect: 'Deny' as const, mode: 'Shadow' as const }] };

const grants = { maxDuration: '2h', maxUses: 10 };

const everything = pack({
  tools: [
    { names: ['a'], effect: 'RequireApproval', approval: { expires: '1m', grants }, principals: { names: ['ada'] } },
    { names: ['b'], effect: 'Log', arguments: { path: ARGUMENT_SAMPLES.path }, reason: 'why' },
    { names: ['c'], effect: 'Log', arguments: { ...ARGUMENT_SAMPLES, '/a/b': ARGUMENT_SAMPLES.path } },
    { names: ['e'], effect: 'Deny', when: 'arguments.n > 1' },
    { names: ['f'], effect: 'Deny', principals: { issuers: ['https://a.example'], scopes: ['pay'] } },
    { names: ['d'], effect: 'Log', arguments: { to: { ...ARGUMENT_SAMPLES.path, mode: 'Shadow' } } },
  ],
  resources: [{ uris: ['file:///x'], effect: 'Deny' }],
  prompts: [
    { names: ['p'], effect: 'Allow' },
    { names: ['q'], effect: 'Deny', mode: 'Shadow' },
  ],
  methods: [{ names: ['vendor/x'], effect: 'Log' }],
  clientRequests: { urlElicitation: { effect: 'Allow', hosts: ['a.example.com'] }, roots: { effect: 'Deny' } },
  limits: { body: '1Ki', batch: 0, sessionIdle: '1m' },
  audit: { level: 'Required' },
  definitions: { pin: 'Required', accept: [`sha256:${'a'.repeat(64)}`] },
  wire: { keys: 'CaseSensitive' },
  detectors: { use: 'Default', except: [{ parameters: ['command'] }] },
  arguments: { schema: 'Enforce', limits: { maxItems: 5 } },
  grants: { never: ['x'] },
});

const TAINT = { sources: { tools: ['read'] }, sinks: { tools: ['send'] }, effect: 'Deny' as const };

describe('a feature', () => {
  test.each([
    ['audit.level', audited],
    ['wire.keys', wired],
    ['definitions', defined],
    ['rules.mode', recording],
    ['rules.when', { tools: [...allow.tools, conditional] }],
    ['rules.principals', { tools: [...allow.tools, { ...plainDeny, principals: { scopes: ['pay'] } }] }],
    ['rules.principals', { tools: [...allow.tools, { ...plainDeny, principals: { issuers: ['https://a.example'] } }] }],
    ['rules.mode', { ...allow, detectors: { use: 'Default' as const, mode: 'Shadow' as const } }],
    ['detectors', { ...allow, detectors: { use: 'Default' as const } }],
    ['inputSchema', { ...allow, arguments: { schema: 'Enforce' as const } }],
    ['rules.mode', { ...allow, arguments: { schema: 'Shadow' as const } }],
    ['arguments.limits', { ...allow, arguments: { limits: { maxItems: 5 } } }],
    ['taint', { ...allow, taint: [TAINT] }],
    ['approval.grants', { ...allow, grants: { maxUses: 5 } }],
    ['labels', { ...allow, labels: { export: ['a'] } }],
    ['sequences', { ...allow, sequences: [{ order: ['a', 'b'], within: '1m' }] }],
    ['limits.calls', { ...allow, limits: { rate: [{ calls: 5, window: '1m' }] } }],
    ['limits.calls', { ...allow, limits: { concurrent: [{ calls: 5 }] } }],
    ['limits.calls', { ...allow, limits: { resultBytes: [{ bytes: '1Mi', window: '1m' }] } }],
    ['limits.calls', { ...allow, limits: { loops: [{ failing: 5, window: '1m' }] } }],
    ['rules.mode', { ...allow, arguments: { limits: { maxItems: 5, mode: 'Shadow' as const } } }],
  ])('%s is found in packs and in bundles, and taken out of these without a trace', (name, spec) => {
    const feature = FEATURES.find((one) => one.name === name);
    const [using, plain] = [pack(spec), pack(allow)];
    const of = (one: typeof using) => compile(server(), [one]).bundle;
    expect([feature?.isUsedBy(using), feature?.isUsedBy(plain)]).toEqual([true, false]);
    expect([feature?.isIn(of(using)), feature?.isIn(of(plain))]).toEqual([true, false]);
    const { formatVersion: _, requires: __, ...rest } = of(using);
    const { formatVersion: ___, ...without } = of(plain);
    expect(feature?.removeFrom({ ...rest, formatVersion: 1 })).toEqual({ ...without, formatVersion: 1 });
  });

  test('of votes leaves the question where it is taken out', () => {
    const feature = FEATURES.find(({ name }) => name === 'approval.votes');
    const asking = (votes: object) =>
      pack({ tools: [{ names: ['a'], effect: 'RequireApproval', approval: { expires: '1m', ...votes } }] });
    const of = (one: ReturnType<typeof asking>) => compile(server(), [one]).bundle;
    const plain = asking({});
    for (const votes of [{ quorum: 2 }, { approvers: { groups: ['treasury'] } }, { veto: false }]) {
      const using = asking(votes);
      expect([feature?.isUsedBy(using), feature?.isUsedBy(plain)]).toEqual([true, false]);
      expect([feature?.isIn(of(using)), feature?.isIn(of(plain))]).toEqual([true, false]);
      expect(feature?.removeFrom({ ...of(using), formatVersion: 1 })).toEqual({ ...of(plain), formatVersion: 1 });
    }
  });

  test('of asking a person about definitions leaves a refusal where it is taken out', () => {
    const feature = FEATURES.find(({ name }) => name === 'definitions.approval');
    const with_ = (onChange: 'RequireApproval' | 'Deny') =>
      pack({ ...allow, definitions: { pin: 'FirstUse', onChange } });
    const of = (one: ReturnType<typeof with_>) => compile(server(), [one]).bundle;
    expect([feature?.isUsedBy(with_('RequireApproval')), feature?.isUsedBy(with_('Deny'))]).toEqual([true, false]);
    expect([feature?.isIn(of(with_('RequireApproval'))), feature?.isIn(of(with_('Deny')))]).toEqual([true, false]);
    expect(feature?.removeFrom(of(with_('RequireApproval')))).toEqual(of(with_('Deny')));
  });

  test('of standing grants leaves a call that waits for a person where it is taken out', () => {
    const feature = FEATURES.find(({ name }) => name === 'approval.grants');
    const with_ = (more: object) => pack({ tools: [{ names: ['a'], effect: 'RequireApproval', approval: more }] });
    const of = (more: object) => compile(server(), [with_(more)]).bundle;
    expect([feature?.isUsedBy(with_({ grants })), feature?.isUsedBy(with_({}))]).toEqual([true, false]);
    expect([feature?.isIn(of({ grants })), feature?.isIn(of({}))]).toEqual([true, false]);
    expect(feature?.removeFrom({ ...of({ grants }), formatVersion: 1 })).toEqual(of({}));
  });

  test('has a name of its own, and came after the first version', () => {
    expect(new Set(FEATURES.map(({ name }) => name)).size).toBe(FEATURES.length);
    expect(FEATURES.every(({ since }) => since > 1)).toBe(true);
  });
});

test('conditions of what only restricts are left out for gates that do not know them, which look at every call then', () => {
  const feature = FEATURES.find(({ name }) => name === 'inspections.when') ?? expect.fail();
  const when = 'principal.name == "a"';
  const restricting = (more: { when?: string }) =>
    pack({
      ...allow,
      detectors: { use: 'Default', ...more },
      dlp: [{ detect: ['secrets'], effect: 'Deny', ...more }],
      clientRequests: { roots: { effect: 'Deny', ...more }, sampling: { effect: 'Deny', mode: 'Shadow', ...more } },
    });
  const [using, plain] = [compile(server(), [restricting({ when })]), compile(server(), [restricting({})])];
  expect([feature.isIn(using.bundle), feature.isIn(plain.bundle)]).toEqual([true, false]);
  expect([feature.isUsedBy(restricting({ when })), feature.isUsedBy(restricting({}))]).toEqual([true, false]);
  expect(feature.removeFrom(using.bundle)).toEqual(plain.bundle);
  expect(requirementsOf([restricting({ when })])).not.toHaveProperty('inspections.when');
});

test('the order in which callers are asked who they are is left out without a trace', () => {
  const feature = FEATURES.find(({ name }) => name === 'access.order') ?? expect.fail();
  const of = (more: object) => {
    const plain = server();
    const access = { authorization: 'Gate' as const, anonymous: false, ...plain.spec.access, ...more };
    return compile({ ...plain, spec: { ...plain.spec, access } }, [pack(allow)]).bundle;
  };
  const [using, without] = [of({ order: ['JWT'] }), of({})];
  expect([feature.isIn(using), feature.isIn(without)]).toEqual([true, false]);
  expect(feature.removeFrom({ ...using, formatVersion: 1 })).toEqual(without);
});

describe('the version of a bundle', () => {
  test.each([
    ['the first where nothing needs more, so that every gate there is reads it', [allow], 1],
    ['the one that the feature came with', [allow, wired], 2],
    ['the first where packs in shadow alone ask for more', [{ ...audited, mode: 'Shadow' as const }], 1],
    [
      'the first where one pack takes back what another asks for',
      [wired, { wire: { keys: 'CaseInsensitive' as const } }],
      1,
    ],
  ])('is %s', (_, specs, version) => {
    const { bundle } = compile(
      server(),
      specs.map((spec, i) => pack(spec, `pack-${i}`)),
    );
    expect(bundle.formatVersion).toBe(version);
    expect(versionFor(bundle)).toBe(version);
  });

  test('is the first once every feature is out: whoever adds a field adds it to the table', () => {
    const { bundle } = compile(server(), [everything]);
    const { requires: _, ...stripped } = FEATURES.reduce((rest, { removeFrom }) => removeFrom(rest), bundle);
    // What the last release reads, field by field (strictly: it refuses every other one).
    expect(versionFor(stripped)).toBe(1);
    expect(fieldsOf(stripped)).toEqual(FIRST_VERSION);
  });
});

/** Every field of the first version, as its gates have it in their strict schema. */
const FIRST_VERSION = [
  'formatVersion',
  'limits',
  'limits.batch',
  'limits.body',
  'limits.sessionIdleMs',
  'packs',
  'packs.clientRequests',
  'packs.clientRequests.effect',
  'packs.clientRequests.hosts',
  'packs.clientRequests.id',
  'packs.clientRequests.kind',
  'packs.clientRequests.reason',
  'packs.mode',
  'packs.ref',
  'packs.rules',
  'packs.rules.approval',
  'packs.rules.approval.expiresMs',
  'packs.rules.approval.holdMs',
  'packs.rules.arguments',
  'packs.rules.arguments.path',
  'packs.rules.arguments.path.roots',
  'packs.rules.arguments.path.type',
  'packs.rules.effect',
  'packs.rules.id',
  'packs.rules.patterns',
  'packs.rules.principals',
  'packs.rules.principals.groups',
  'packs.rules.principals.names',
  'packs.rules.reason',
  'packs.rules.target',
  'server',
  'server.access',
  'server.access.anonymous',
  'server.access.authorization',
  'server.access.hosts',
  'server.access.origins',
  'server.access.url',
  'server.name',
  'server.namespace',
];

function fieldsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => fieldsOf(item, path)))].sort();
  if (typeof value !== 'object' || value === null) return [];
  const fields = Object.entries(value).flatMap(([key, inner]) => {
    const name = path === '' ? key : `${path}.${key}`;
    return [name].concat(fieldsOf(inner, name));
  });
  return [...new Set(fields)].sort();
}

describe('what a bundle requires', () => {
  test('names every pack for whose sake a gate must know the feature', () => {
    const packs = [pack(audited, 'z'), pack(allow, 'b'), pack(audited, 'a')];
    expect(requirementsOf(packs)).toEqual({ 'audit.level': ['finance/a', 'finance/z'] });
    expect(compile(server(), packs).bundle.requires).toEqual(requirementsOf(packs));
  });

  test('leaves out what only records, since a gate that passes over it enforces the same', () => {
    expect(compile(server(), [pack(recording)]).bundle).not.toHaveProperty('requires');
  });

  test('leaves out what makes a gate refuse more that does not know it', () => {
    expect(requirementsOf([pack(wired)])).toBeUndefined();
    expect(compile(server(), [pack(wired)]).bundle).not.toHaveProperty('requires');
  });
});
