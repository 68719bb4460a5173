import { beforeEach, describe, expect, test } from 'vitest';
import { pino } from 'pino';
import { approvalRequestSchema } from '../../core/api/approval-request.ts';
import { definitionDigest } from '../../core/inspect/definitions/definition.ts';
import { Requesters } from '../approvals/requesters.ts';
import { ApprovalRules } from '../approvals/approval-rules.ts';
import type { StoredRequest } from '../custom-resources.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { cachesWith, definitionRequest, REVISION } from '../testing/gen.ts';
import { type AskedAbout, DefinitionQuestions, subjectOf } from './questions.ts';

const of = { namespace: 'finance', server: 'ledger', uid: 'u' };
const definition = { name: 'add', description: 'Adds two numbers.\u{E0061}' };
const digest = definitionDigest({ kind: 'tool', value: definition });
const about: AskedAbout = {
  told: { kind: 'tool', name: 'add', digest, definition, used: false },
  before: { name: 'add', description: 'Adds two numbers.' },
  isNew: false,
};

let created: { metadata: object; spec: StoredRequest['spec'] }[];
let distrust: string | undefined;
beforeEach(() => {
  created = [];
  distrust = undefined;
});

function policy(entry: object, mode = 'Enforce'): object {
  const definitions = {
    id: 'finance/p#definitions',
    mode: 'Enforce',
    pin: 'FirstUse',
    onChange: 'RequireApproval',
    ...entry,
  };
  const rules = ApprovalRules.read(JSON.stringify({ packs: [{ mode, rules: [], definitions }] }));
  const metadata = { namespace: 'finance', name: 'sallyport-policy-ledger' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, revisions: [{ revision: REVISION, rules }] };
}

async function ask(...objects: object[]): Promise<void> {
  const client = {
    create: (_: unknown, object: (typeof created)[0]) => Promise.resolve(created.push(object)),
  } as unknown as ApiClient;
  const trust = { distrust, isBroken: false, confirm: () => Promise.resolve(distrust) };
  const clock = { now: () => Date.parse('2026-11-21T10:00:00Z'), monotonic: () => 0 };
  const caches = cachesWith(...objects);
  const requesters = new Requesters(caches, 'sallyport-system');
  const questions = new DefinitionQuestions({
    caches,
    client,
    clock,
    trust,
    requesters,
    log: pino({ level: 'silent' }),
  });
  await questions.ask(of, about, 'system:serviceaccount:finance:ledger');
}

test('a person is asked with what is other in it, and what is found; who runs the server is the requester', async () => {
  await ask(policy({}));
  const [request] = created;
  expect(request).toMatchObject({
    metadata: { namespace: 'finance', name: expect.stringMatching(/^ledger-add-[0-9a-f]{10}$/) as string },
    spec: {
      server: 'ledger',
      principal: { name: 'system:serviceaccount:finance:ledger', groups: [] },
      rule: 'finance/p#definitions',
      revision: REVISION,
      expiresAt: '2026-11-28T10:00:00.000Z',
      subject: {
        type: 'Definition',
        definition: {
          ...{ kind: 'tool', name: 'add', change: 'Changed', digest },
          findings: [expect.stringMatching(/^hiddenText at \/description: .*tag characters/) as string],
          diff: ['~ /description', '  - "Adds two numbers."', '  + "Adds two numbers.\\u{e0061}"'],
        },
      },
    },
  });
  const whole = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'ApprovalRequest', ...request };
  expect(approvalRequestSchema.safeParse(whole).error?.issues ?? []).toEqual([]);
});

describe('nobody is asked', () => {
  test.each<[why: string, objects: () => object[]]>([
    ['where no policy is written', () => []],
    ['where a change is only refused', () => [policy({ onChange: 'Deny' })]],
    ['where definitions are not pinned', () => [policy({ pin: 'Off' })]],
    ['by an entry in shadow', () => [policy({ mode: 'Shadow' })]],
    ['by a pack in shadow', () => [policy({}, 'Shadow')]],
    ['a second time', () => [policy({}), definitionRequest({ definition: { digest }, status: { state: 'Expired' } })]],
    [
      'about a name of which much waits already',
      () => [policy({}), ...['1', '2', '3'].map((name) => definitionRequest({ name, status: { state: 'Pending' } }))],
    ],
    [
      'about a server of which very much waits',
      () => [
        policy({}),
        ...Array.from({ length: 100 }, (_, i) => definitionRequest({ name: `r${i}`, definition: { name: `t${i}` } })),
      ],
    ],
  ])('%s', async (_, objects) => {
    await ask(...objects());
    expect(created).toEqual([]);
  });

  test('while it cannot be told who stands behind the requester', async () => {
    const metadata = { namespace: 'sallyport-system', name: 'people', uid: 'p' };
    const pack = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'PolicyPack', metadata, spec: { requesters: [{}] } };
    await ask(policy({}), pack);
    expect(created).toEqual([]);
  });

  test('while anybody may have voted in any name', async () => {
    distrust = 'a policy is missing';
    await ask(policy({}));
    expect(created).toEqual([]);
  });
});

describe('what is shown', () => {
  const shown = (told: Partial<AskedAbout['told']>, more: Partial<AskedAbout> = {}) =>
    subjectOf({ ...about, ...more, told: { ...about.told, ...told } });

  test.each([
    ['a name that nobody sees', { name: '\u202E\u001B[2J' }, '\\u{202e}\\u{1b}[2J'],
    ['no name', { name: '' }, '(no name)'],
    ['the instructions of the server', { kind: 'instructions', name: '' }, 'instructions'],
  ] as const)('of %s is spelled out', (_, told, name) => {
    expect(shown(told).name).toBe(name);
  });
  test('of a very long name is cut', () => {
    expect(shown({ name: 'a'.repeat(2000) }).name).toHaveLength(256);
  });
  test('of what was never there is all of it', () => {
    expect(shown({}, { before: undefined, isNew: true })).toMatchObject({
      change: 'New',
      diff: ['+ /name', '  + "add"', '+ /description', expect.anything()],
    });
  });
  test('where the text of before is gone says so', () => {
    expect(shown({}, { before: undefined }).diff[0]).toMatch(/is not kept/);
  });
  test('where the text of before is gone, and there is more of it than is shown, says both', () => {
    const long = { name: 'add', description: 'a b '.repeat(20_000), outputSchema: { description: 'poison' } };
    const { diff } = shown({ definition: long }, { before: undefined });
    expect([diff.length, diff[0], diff.at(-1)]).toEqual([
      100,
      expect.stringMatching(/is not kept/),
      expect.stringMatching(/lines or changes more, which are not shown/),
    ]);
  });
});
