import { describe, expect, it } from 'vitest';
import { type MCPServer, mcpServerSchema } from '../../core/api/mcp-server.ts';
import type { RawObject } from '../kit/resource.ts';
import type { AdmissionAnswer, AdmissionRequest } from './review.ts';
import { requestOf } from './testing/running-server.ts';
import { type ValidateLookups, validateHandler } from './validate-handler.ts';

const API = 'sallyport.dev/v1alpha1';

function object(kind: 'MCPServer' | 'PolicyPack', spec: unknown, metadata: object = {}): RawObject {
  return {
    apiVersion: API,
    kind,
    metadata: { name: 'payments', namespace: 'finance', ...metadata },
    spec,
  } as RawObject;
}

const allow = { tools: [{ names: ['get_*'], effect: 'Allow' }] };
const workload = { workload: { selector: { matchLabels: { app: 'ledger' } }, port: 9000 } };
const ledger = mcpServerSchema.parse(object('MCPServer', workload, { name: 'ledger' }));

interface Asked {
  readonly servers?: readonly MCPServer[];
  readonly selected?: readonly MCPServer[];
  readonly request?: Partial<AdmissionRequest>;
}

function ask(asked: RawObject, { servers = [ledger], selected = [ledger], request = {} }: Asked = {}): AdmissionAnswer {
  const lookups: ValidateLookups = {
    rootNamespace: 'sallyport-system',
    servers: () => servers,
    serversOf: () => selected,
    gatesOf: () => [{ name: 'ledger-1', understands: { version: 1, features: [], gate: '0.1.0' } }],
  };
  const kind = { group: 'sallyport.dev', version: 'v1alpha1', kind: asked.kind };
  const { name, namespace = 'finance' } = asked.metadata;
  const named = name === undefined ? {} : { name };
  const answer = validateHandler(lookups).answer(requestOf({ kind, namespace, object: asked, ...named, ...request }));
  return answer as AdmissionAnswer;
}

describe('a resource that is not valid', () => {
  it.each<[what: string, asked: RawObject, field: string, message: string]>([
    [
      'a word that is none',
      object('PolicyPack', { tools: [{ names: ['a'], effect: 'Alow' }] }),
      'spec.tools[0].effect',
      '"Alow" is not an effect; did you mean Allow?',
    ],
    [
      'an unknown field',
      object('PolicyPack', { ...allow, tool: [] }),
      'spec.tool',
      'unknown field `tool`; did you mean `tools`?',
    ],
    [
      'a missing field',
      object('PolicyPack', { tools: [{ names: ['a'] }] }),
      'spec.tools[0].effect',
      'is missing; add `effect` with one of Allow, Log, RequireApproval, Deny',
    ],
    [
      'a port that is none',
      object('MCPServer', { workload: { ...workload.workload, port: 0 } }),
      'spec.workload.port',
      '0 is not a port: a number from 1 to 65535, or the name of a container port; write for example 8080',
    ],
    [
      'no spec',
      object('MCPServer', undefined),
      'spec',
      'is missing; add `spec` (Where the server is and who may come to its gate)',
    ],
    [
      'a selector of other namespaces in a namespace of its own',
      object('PolicyPack', { ...allow, namespaceSelector: { matchLabels: { team: 'a' } } }),
      'spec.namespaceSelector',
      'has no meaning in the namespace finance: only packs in sallyport-system, the namespace of the operator, reach other namespaces; remove it, or move the pack to sallyport-system',
    ],
  ])('is refused with field, fault and mend: %s', (_what, asked, field, message) => {
    const answer = ask(asked);
    expect(answer).toMatchObject({ allowed: false, causes: [{ field, message }] });
    expect(answer.allowed ? '' : answer.message).toBe(
      `${asked.kind} finance/payments is not valid: ${field}: ${message}`,
    );
  });

  it('names all faults at once, each field once', () => {
    const answer = ask(object('PolicyPack', { mode: 'Enfroce', tools: [{ names: [], effect: 'Alow' }] }));
    expect(answer).toMatchObject({
      causes: [{ field: 'spec.mode' }, { field: 'spec.tools[0].names' }, { field: 'spec.tools[0].effect' }],
    });
  });

  it('stops naming faults before nobody reads them', () => {
    const tools = Array.from({ length: 30 }, () => ({ names: ['a'], effect: 'Alow' }));
    const answer = ask(object('PolicyPack', { tools }));
    expect(answer).toMatchObject({ causes: { length: 20 } });
    expect(answer.allowed ? '' : answer.message).toMatch(/\nand 10 more$/);
  });

  it('never repeats the value of a variable', () => {
    const run = { image: 'a:1', port: 9000, env: [{ name: 'TOKEN', value: 's3cret\0' }] };
    const answer = ask(object('MCPServer', { run }));
    expect(answer.allowed).toBe(false);
    expect(JSON.stringify(answer)).not.toContain('s3cret');
  });

  it('has no control characters in its message', () => {
    const answer = ask(object('PolicyPack', { tools: [{ names: ['a'], effect: '\u001B[2J' }] }));
    expect(answer.allowed ? '' : answer.message).not.toContain('\u001B');
  });
});

describe('a resource that is valid', () => {
  it.each<[what: string, asked: RawObject]>([
    ['a pack', object('PolicyPack', allow)],
    [
      'a pack that reaches others, in the root namespace',
      object(
        'PolicyPack',
        { ...allow, namespaceSelector: { matchLabels: { team: 'a' } } },
        { namespace: 'sallyport-system' },
      ),
    ],
    ['a server', object('MCPServer', workload, { name: 'ledger' })],
    ['a name that is yet to be generated', object('PolicyPack', allow, { name: undefined, generateName: 'payments-' })],
    ['no namespace in the object', object('PolicyPack', allow, { namespace: undefined })],
    [
      'what the API server adds',
      { ...object('PolicyPack', allow, { uid: 'x', managedFields: [], generation: 1 }), status: { any: 1 } },
    ],
  ])('is allowed without a word: %s', (_what, asked) => {
    expect(ask(asked)).toEqual({ allowed: true, reason: 'valid', warnings: [] });
  });

  it.each<[what: string, asked: RawObject, given: Asked, warning: string]>([
    [
      'a pack that applies to nothing',
      object('PolicyPack', allow),
      { selected: [] },
      'the pack applies to no MCPServer so far (in finance there are ledger)',
    ],
    [
      'the same where there is no server',
      object('PolicyPack', allow),
      { selected: [], servers: [] },
      'the pack applies to no MCPServer so far (there is none in namespace finance)',
    ],
    [
      'a server for a gate elsewhere',
      object('MCPServer', { remote: { url: 'http://127.0.0.1:1/' } }),
      {},
      'spec.remote is for a gate outside of a cluster and has no pods here; write spec.workload or spec.run',
    ],
    [
      'a pack in another pattern language',
      object('PolicyPack', { tools: [{ names: ['delete_.*'], effect: 'Deny' }] }),
      {},
      'spec.tools[0].names[0]: "delete_.*" looks like a regular expression; here the dot is a dot, so it matches only names like "delete_.x"; write "delete_*"',
    ],
    [
      'a pack that forbids every resource, and means none',
      object('PolicyPack', { resources: [{ uris: ['*'], effect: 'Deny' }] }),
      {},
      'spec.resources[0].uris[0]: "*" matches only URIs without a / there, since * stands for any characters but /; write "**" for any characters',
    ],
    [
      'a pack that gates do not understand which run already',
      object('PolicyPack', { ...allow, audit: { level: 'Required' } }),
      {},
      'spec.audit.level: Required: the gates of 1 pod (ledger-1) do not understand it; until they are made anew the pack restricts there and permits nothing new',
    ],
    [
      'a server that shares its pods',
      object('MCPServer', workload, { name: 'copy' }),
      {},
      'pods that MCPServer ledger selects may be selected by this one, too, and would then be refused',
    ],
  ])('is allowed with a warning: %s', (_what, asked, given, warning) => {
    const answer = ask(asked, given);
    expect(answer).toEqual({ allowed: true, reason: 'valid', warnings: [warning] });
    expect(warning.length).toBeLessThanOrEqual(256);
  });
});

it.each(['^delete_', 'delete_?', '!read_*', 'delete_*|drop_*', '/delete_.*/', ' delete_file'])(
  'a pack with the name %j, which no tool can have, is refused',
  (name) => {
    const answer = ask(
      object('PolicyPack', {
        tools: [
          { names: ['*'], effect: 'Allow' },
          { names: [name], effect: 'Deny' },
        ],
      }),
    );
    expect(answer).toMatchObject({
      allowed: false,
      reason: 'matches-nothing',
      causes: [{ field: 'spec.tools[1].names[0]', message: expect.stringContaining(JSON.stringify(name)) }],
    });
  },
);

it('a pack with many strange patterns is warned about some of them', () => {
  const names = Array.from({ length: 50 }, (_, i) => `delete${i}_.*`);
  const answer = ask(object('PolicyPack', { tools: [{ names, effect: 'Deny' }] }));
  expect(answer.allowed && answer.warnings).toHaveLength(10);
});

describe('an update', () => {
  const broken = { tools: [{ names: ['a'], effect: 'Alow' }] };
  const update = (before: RawObject, after: RawObject) =>
    ask(after, { request: { operation: 'UPDATE', oldObject: before } });

  it('of what is broken already may take out a finalizer or change a note', () => {
    const before = object('PolicyPack', broken, { finalizers: ['x'] });
    expect(update(before, object('PolicyPack', broken, { annotations: { a: 'b' } }))).toEqual({
      allowed: true,
      reason: 'unchanged',
    });
  });

  it('of what is going is let through', () => {
    const going = { deletionTimestamp: '2026-01-01T00:00:00Z' };
    expect(update(object('PolicyPack', allow, going), object('PolicyPack', broken, going))).toEqual({
      allowed: true,
      reason: 'going',
    });
  });

  it('of what is broken may not break it otherwise', () => {
    const worse = { tools: [{ names: ['b'], effect: 'Alow' }] };
    expect(update(object('PolicyPack', broken), object('PolicyPack', worse))).toMatchObject({ allowed: false });
  });

  it('of labels is looked at, for they choose packs', () => {
    const before = object('MCPServer', workload, { name: 'ledger' });
    expect(update(before, object('MCPServer', workload, { name: 'ledger', labels: { 'a b': 'c' } }))).toMatchObject({
      allowed: false,
    });
  });
});

it.each<[what: string, request: Partial<AdmissionRequest>]>([
  ['a deletion', { operation: 'DELETE', object: null }],
  ['a status', { operation: 'UPDATE', subResource: 'status' }],
  ['another kind', { kind: { group: 'apps', version: 'v1', kind: 'Deployment' } }],
])('%s is none of its business', (_what, request) => {
  expect(ask(object('PolicyPack', {}), { request })).toEqual({ allowed: true, reason: 'not-ours' });
});
