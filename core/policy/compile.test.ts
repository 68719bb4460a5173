import { describe, expect, it } from 'vitest';
import type { MCPServer } from '../api/mcp-server.ts';
import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../digest.ts';
import { type CompileScope, compile, packAppliesTo, packRevision, withClusterHosts } from './compile.ts';
import { readBundle } from './read-bundle.ts';
import { Policy } from './policy.ts';
import { pack, server } from './testing/gen.ts';

const allow = { tools: [{ names: ['a'], effect: 'Allow' as const }] };

describe('compile', () => {
  it('gives the canonical text of the bundle and its SHA-256', () => {
    const { bundle, text, revision } = compile(server(), [pack(allow)]);
    expect(text).toBe(canonicalJson(bundle));
    expect(revision).toBe(sha256(text));
  });

  it('gives the same revision whatever the order of packs', () => {
    const [a, b] = [pack(allow, 'a'), pack({ mode: 'Shadow', ...allow }, 'b')];
    expect(compile(server(), [a, b]).revision).toBe(compile(server(), [b, a]).revision);
  });

  it.each([
    ['a pack of the same namespace without targets', {}, pack(allow), ['finance/pack']],
    ['a pack of another namespace', {}, pack(allow, 'pack', 'hr'), []],
    [
      'a pack whose labels the server has',
      { app: 'x' },
      pack({ ...allow, targets: { matchLabels: { app: 'x' } } }),
      ['finance/pack'],
    ],
    [
      'a pack whose labels the server has only in part',
      { app: 'x' },
      pack({ ...allow, targets: { matchLabels: { app: 'x', tier: 'y' } } }),
      [],
    ],
  ])('decides whether %s applies', (_name, labels, candidate, refs) => {
    expect(compile(server(labels), [candidate]).bundle.packs.map(({ ref }) => ref)).toEqual(refs);
  });

  it('names rules by their place unless they have a name', () => {
    const { bundle } = compile(server(), [
      pack({
        tools: [
          { names: ['a'], effect: 'Allow' },
          { name: 'mine', names: ['b'], effect: 'Deny' },
        ],
        resources: [{ uris: ['x:**'], effect: 'Allow' }],
        prompts: [{ names: ['p'], effect: 'Log' }],
        methods: [{ names: ['vendor/*'], effect: 'Log' }],
      }),
    ]);
    expect(bundle.packs[0]?.rules.map(({ id }) => id)).toEqual([
      'finance/pack#tools[0]',
      'finance/pack#mine',
      'finance/pack#resources[0]',
      'finance/pack#prompts[0]',
      'finance/pack#methods[0]',
    ]);
  });

  it('takes the smallest body limit, and a pack can only lower the built-in one', () => {
    const limit = (...bodies: string[]) =>
      compile(
        server(),
        bodies.map((body, i) => pack({ limits: { body } }, `p${i}`)),
      ).bundle.limits.body;
    expect(limit()).toBe(4 * 1024 * 1024);
    expect(limit('2Ki', '1Mi')).toBe(2048);
    expect(limit('4Mi')).toBe(4 * 1024 * 1024);
    expect(compile(server(), [pack({ mode: 'Shadow', limits: { body: '1Ki' } })]).bundle.limits.body).toBe(
      4 * 1024 * 1024,
    );
  });

  it('requires calls to be on record before they are sent if any enforced pack does', () => {
    const required = { ...allow, audit: { level: 'Required' as const } };
    expect(compile(server(), [pack(allow, 'a'), pack(required, 'b')]).bundle.audit).toEqual({ level: 'Required' });
    const silent = compile(server(), [pack(allow)]);
    // A gate that does not know the field takes a bundle without it.
    expect(silent.bundle).not.toHaveProperty('audit');
    expect(compile(server(), [pack({ ...allow, audit: { level: 'Async' } })]).revision).toBe(silent.revision);
    expect(compile(server(), [pack({ ...required, mode: 'Shadow' })]).bundle).not.toHaveProperty('audit');
    const { text } = compile(server(), [pack(required)]);
    expect(readBundle(text)).toMatchObject({ bundle: { audit: { level: 'Required' } } });
    expect(readBundle(text.replace('Required', 'Perhaps'))).toMatchObject({
      problem: expect.stringContaining('audit') as string,
    });
    expect(packRevision(pack(required))).not.toBe(packRevision(pack(allow)));
  });

  it('takes the smallest of the other limits that any enforced pack names, else the default', () => {
    const limits = (...named: object[]) =>
      compile(
        server(),
        named.map((own, i) => pack({ limits: own }, `p${i}`)),
      ).bundle.limits;
    expect(limits()).toMatchObject({ batch: 100, sessionIdleMs: 3_600_000 });
    expect(limits({ batch: 20 }, { batch: 0, sessionIdle: '24h' })).toMatchObject({
      batch: 0,
      sessionIdleMs: 86_400_000,
    });
    expect(limits({ sessionIdle: '24h' }, { sessionIdle: '90s' })).toMatchObject({
      batch: 100,
      sessionIdleMs: 90_000,
    });
    const shadow = pack({ mode: 'Shadow', limits: { batch: 0, sessionIdle: '1m' } });
    expect(compile(server(), [shadow]).bundle.limits).toMatchObject({ batch: 100, sessionIdleMs: 3_600_000 });
  });

  it('says of requests of servers what the pack says, whatever its order', () => {
    const { bundle } = compile(server(), [
      pack({
        clientRequests: {
          urlElicitation: { effect: 'Log', hosts: ['b.example.com', '*.a.example.com'] },
          sampling: { effect: 'Deny', reason: 'no models here' },
        },
      }),
    ]);
    expect(bundle.packs[0]?.clientRequests).toEqual([
      {
        id: 'finance/pack#clientRequests.sampling',
        kind: 'sampling',
        effect: 'Deny',
        hosts: null,
        reason: 'no models here',
      },
      {
        id: 'finance/pack#clientRequests.urlElicitation',
        kind: 'urlElicitation',
        effect: 'Log',
        hosts: ['*.a.example.com', 'b.example.com'],
        reason: null,
      },
    ]);
  });

  it('gives approvals their terms, with defaults where the rule is silent', () => {
    const { bundle } = compile(server(), [
      pack({
        tools: [
          { names: ['a'], effect: 'RequireApproval' },
          { names: ['b'], effect: 'RequireApproval', approval: { expires: '1m', hold: '2s' } },
        ],
      }),
    ]);
    expect(bundle.packs[0]?.rules.map(({ approval }) => approval)).toEqual([
      { expiresMs: 900_000, holdMs: 45_000 },
      { expiresMs: 60_000, holdMs: 2_000 },
    ]);
  });
});

describe('packAppliesTo', () => {
  const scope: CompileScope = { rootNamespace: 'sallyport-system', namespaceLabels: { env: 'prod' } };
  const root = (spec: object) => pack({ ...allow, ...spec }, 'baseline', 'sallyport-system');

  it.each([
    ['a pack of the root namespace without selector', root({}), true],
    ['one whose selector the namespace fits', root({ namespaceSelector: { matchLabels: { env: 'prod' } } }), true],
    ['one whose selector another fits', root({ namespaceSelector: { matchLabels: { env: 'test' } } }), false],
    ['one whose selector wants more', root({ namespaceSelector: { matchLabels: { env: 'prod', a: 'b' } } }), false],
    ['one whose targets are others', root({ targets: { matchLabels: { app: 'x' } } }), false],
    ['one whose targets it is among', root({ targets: { matchLabels: { tier: 'y' } } }), true],
    ['a pack of the same namespace', pack(allow), true],
    ['a pack of a third namespace', pack(allow, 'pack', 'hr'), false],
    [
      'a selector where it has no meaning, in the same namespace',
      pack({ ...allow, namespaceSelector: { matchLabels: { env: 'test' } } }),
      true,
    ],
    [
      'a selector where it has no meaning, in a third namespace',
      pack({ ...allow, namespaceSelector: { matchLabels: { env: 'prod' } } }, 'pack', 'hr'),
      false,
    ],
  ])('on a cluster: %s', (_name, candidate, applies) => {
    expect(packAppliesTo(candidate, server({ tier: 'y' }), scope)).toBe(applies);
    expect(compile(server({ tier: 'y' }), [candidate], scope).bundle.packs).toHaveLength(applies ? 1 : 0);
  });

  it('without a cluster keeps to the namespace, whatever the selector', () => {
    expect(packAppliesTo(root({}), server())).toBe(false);
    expect(packAppliesTo(pack({ ...allow, namespaceSelector: { matchLabels: { env: 'x' } } }), server())).toBe(true);
  });

  it('asks for labels that are there, not for those every object has', () => {
    const toString = root({ namespaceSelector: { matchLabels: { constructor: 'x' } } });
    expect(packAppliesTo(toString, server(), scope)).toBe(false);
  });

  it('gives packs of both namespaces one bundle, whatever their order', () => {
    const packs = [root({}), pack(allow)];
    const { bundle, revision } = compile(server(), packs, scope);
    expect(bundle.packs.map(({ ref }) => ref)).toEqual(['finance/pack', 'sallyport-system/baseline']);
    expect(compile(server(), packs.toReversed(), scope).revision).toBe(revision);
  });
});

describe('packRevision', () => {
  const before = packRevision(pack(allow));

  it.each([
    ['its mode', pack({ ...allow, mode: 'Shadow' })],
    ['a rule', pack({ tools: [{ names: ['b'], effect: 'Allow' }] })],
    ['a limit', pack({ ...allow, limits: { body: '1Ki' } })],
    ['the limit of batches', pack({ ...allow, limits: { batch: 0 } })],
    ['the limit of sessions', pack({ ...allow, limits: { sessionIdle: '1h' } })],
    ['a rule on methods', pack({ ...allow, methods: [{ names: ['a'], effect: 'Allow' }] })],
    ['what servers may ask', pack({ ...allow, clientRequests: { roots: { effect: 'Allow' } } })],
    ['its name, which rules are known by', pack(allow, 'other')],
    ['what it says of the wire', pack({ ...allow, wire: { keys: 'CaseSensitive' } })],
  ])('changes with %s', (_name, changed) => {
    expect(packRevision(changed)).not.toBe(before);
  });

  it.each([
    ['where it applies', pack({ ...allow, targets: { matchLabels: { a: 'b' } } })],
    ['which namespaces it reaches', pack({ ...allow, namespaceSelector: { matchLabels: { a: 'b' } } })],
    ['a default that is written out', pack({ ...allow, mode: 'Enforce' })],
  ])('does not change with %s', (_name, changed) => {
    expect(packRevision(changed)).toBe(before);
  });

  it('is a digest', () => {
    expect(before).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

describe('who asks for tokens, and where', () => {
  const given = (access: MCPServer['spec']['access']): MCPServer => {
    const plain = server();
    return { ...plain, spec: { ...plain.spec, access } };
  };

  it('is the gate, at the URL of the request, unless something else is said', () => {
    expect(compile(server(), []).bundle.server.access).toMatchObject({ authorization: 'Gate', url: null });
  });

  it('is what is said, and the host of the URL is served', () => {
    const url = 'https://mcp.example.com:8443/mcp';
    const access = { authorization: 'Server' as const, anonymous: false, hosts: ['a.example.com'], url };
    const { bundle, text, revision } = compile(given(access), []);
    const hosts = ['a.example.com', 'mcp.example.com'];
    expect(bundle.server.access).toMatchObject({ authorization: 'Server', url, hosts });
    expect(readBundle(text)).toMatchObject({ bundle, revision });
  });

  it('names no host where the URL is none: the API server takes numbers out of range', () => {
    const access = { authorization: 'Gate' as const, anonymous: false, url: 'http://127.0.0.999/mcp' };
    expect(compile(given(access), []).bundle.server.access.hosts).toEqual([]);
  });
});

describe('withClusterHosts', () => {
  const names = ['ledger', 'ledger.finance', 'ledger.finance.svc', 'ledger.finance.svc.cluster.local'];

  it.each([
    ['adds the names of the Service', undefined, 'cluster.local', names],
    ['keeps the hosts there are', ['mcp.example.com'], 'cluster.local', ['mcp.example.com', ...names]],
    [
      'adds none twice',
      ['ledger.finance'],
      'cluster.local',
      ['ledger.finance', ...names.filter((n) => n !== names[1])],
    ],
    ['writes the domain as hosts are written', undefined, 'Cluster.Local.', names],
  ])('%s', (_name, hosts, domain, expected) => {
    const plain = server();
    const given =
      hosts === undefined
        ? plain
        : { ...plain, spec: { ...plain.spec, access: { authorization: 'Gate' as const, anonymous: true, hosts } } };
    const { access } = withClusterHosts(given, domain).spec;
    expect(access?.hosts).toEqual(expected);
    expect(access?.anonymous).toBe(hosts !== undefined);
    expect(compile(withClusterHosts(given, domain), []).bundle.server.access.hosts).toEqual(expected.toSorted());
  });

  it('leaves the server it was given alone', () => {
    const given = server();
    withClusterHosts(given, 'cluster.local');
    expect(given).toEqual(server());
  });
});

describe('readBundle', () => {
  it('reads back what compile wrote, with the same revision', () => {
    const everything = pack({
      ...allow,
      methods: [{ names: ['vendor/*'], effect: 'Log' }],
      clientRequests: { urlElicitation: { effect: 'Allow', hosts: ['*.example.com'] }, roots: { effect: 'Deny' } },
      limits: { batch: 0, sessionIdle: '1m' },
    });
    const { text, revision, bundle } = compile(server(), [everything]);
    const policy = readBundle(text);
    expect(policy).toBeInstanceOf(Policy);
    expect(policy).toMatchObject({ revision, bundle });
  });

  it.each([
    ['text that is not JSON', '{', 'the bundle is not JSON'],
    ['an empty object', '{}', 'formatVersion'],
    ['a format of the future', '{"formatVersion":3}', 'formatVersion 3, and this gate'],
    [
      'an effect that does not exist',
      compile(server(), [pack(allow)]).text.replace('"Allow"', '"Maybe"'),
      'packs.0.rules.0.effect',
    ],
    [
      'a method that waits for a person',
      compile(server(), [pack({ methods: [{ names: ['a'], effect: 'Log' }] })]).text.replace(
        '"Log"',
        '"RequireApproval"',
      ),
      'packs.0.rules.0.effect',
    ],
    [
      'a request of servers that waits for a person',
      compile(server(), [pack({ clientRequests: { roots: { effect: 'Log' } } })]).text.replace(
        '"Log"',
        '"RequireApproval"',
      ),
      'packs.0.clientRequests.0.effect',
    ],
    [
      'a bundle from before there were requests of servers',
      compile(server(), [pack(allow)]).text.replace('"clientRequests":[],', ''),
      'packs.0.clientRequests',
    ],
    [
      'a field that does not exist',
      compile(server(), [pack(allow)]).text.replace('"formatVersion"', '"more":1,"formatVersion"'),
      'root',
    ],
  ])('says what is wrong with %s', (_name, text, problem) => {
    const policy = readBundle(text);
    expect(policy).toHaveProperty('problem');
    expect((policy as { problem: string }).problem).toContain(problem);
  });
});
