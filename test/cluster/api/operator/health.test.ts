/**
 * What Helm and Flux (kstatus), Flux's healthCheckExprs and the health.lua of Argo CD make of every condition that the operator writes: by
 * their own engines, over objects made by the operator's own code. test/docs/kubernetes.test.ts holds the table to the documents, and those to the code.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { NEW_REQUEST } from '../../../../core/api/approval-conditions.ts';
import { APPROVAL_STATES } from '../../../../core/api/approval-request.ts';
import { NOT_OBSERVED } from '../../../../core/api/condition.ts';
import { settledStatus } from '../../../../operator/approvals/settled.ts';
import { ready } from '../../../../operator/mcpserver/conditions/ready.ts';
import { facts } from '../../../../operator/mcpserver/conditions/testing/cases.ts';
import { blocksReady } from '../../../../operator/mcpserver/conditions/tls-ready.ts';
import { withConditions } from '../../../../operator/mcpserver/status.ts';
import { no, soon, unknown, type Verdict, yes } from '../../../../operator/mcpserver/verdict.ts';
import { approvalRequest, mcpServer, policyPack } from '../../../../operator/testing/gen.ts';
import { root } from '../../../docs/pages.ts';
import { DONE, MAY_PASS, ON_ITS_WAY, PACK, SERVER } from '../../../support/health-table.ts';
import { buildJudges, type HealthVerdict, healthScripts, judgeHealth } from '../../../support/health-judges.ts';

const NOW = new Date('2026-11-21T10:00:00Z');
const WORDS = { yes, no, soon, unknown };

/** Which condition a file judges: the name of the file, or Ready. */
const SOURCES = globSync('operator/{mcpserver,policypack}/**/*.ts', { cwd: root }).filter(
  (path) => !/\.test\.ts$|\/testing\//.test(path),
);
const conditionOf = (path: string): string => {
  const name = /conditions\/([a-z-]+)\.ts$/.exec(path)?.[1] ?? 'ready';
  return name.replace(/(?:^|-)(tls|[a-z])/g, (_, first: string) => first.toUpperCase());
};

/** The verdicts that the code can come to: `no('InvalidSpec', …` in the file of a condition. A union of reasons stands where it is made. */
const WRITTEN = SOURCES.flatMap((path) => {
  const text = readFileSync(join(root, path), 'utf8');
  return Array.from(text.matchAll(/\b(yes|no|soon|unknown)\(\s*'([A-Z]\w+)'/g), ([, word = '', reason = '']) => ({
    type: conditionOf(path),
    word: word as keyof typeof WORDS,
    reason,
    isPack: path.includes('policypack'),
  }));
});

/** Reasons that are no literal at the place where the verdict is made. */
const BY_HAND = [
  { type: 'PolicyAccepted', word: 'no', reason: 'InvalidPack', isPack: false },
  { type: 'PolicyAccepted', word: 'no', reason: 'TooLarge', isPack: false },
  { type: 'Injected', word: 'no', reason: 'PodsWithoutSidecar', isPack: false },
  { type: 'Injected', word: 'soon', reason: 'TargetPending', isPack: false },
  { type: 'Injected', word: 'soon', reason: 'TargetNotFound', isPack: false },
  { type: 'Injected', word: 'no', reason: 'TargetKindMissing', isPack: false },
  { type: 'Injected', word: 'no', reason: 'TargetForbidden', isPack: false },
  { type: 'Injected', word: 'no', reason: 'TargetNotUsable', isPack: false },
] as const;

const cases = [...WRITTEN, ...BY_HAND];
const objects = cases.map(({ type, word, reason, isPack }) => {
  const verdict = WORDS[word](reason, `about ${reason}`);
  return isPack ? packWith(verdict) : serverWith(type, verdict);
});

function serverWith(type: string, verdict: Verdict): object {
  const parts = {
    PolicyAccepted: yes('Compiled', ''),
    Injected: yes('AllPods', ''),
    PolicyEnforced: yes('AllPods', ''),
  };
  const isPart = Object.hasOwn(parts, type) || (type === 'TLSReady' && blocksReady(verdict));
  const all = { ...parts, ...(type === 'Ready' ? {} : { [type]: verdict }) };
  const summary = type === 'Ready' ? verdict : ready(facts([]), isPart ? { ...parts, [type]: verdict } : parts);
  return observed(mcpServer(), { Ready: summary, ...all });
}

function packWith(verdict: Verdict): object {
  return observed(policyPack(), { Ready: verdict, Accepted: verdict });
}

function observed(object: ReturnType<typeof mcpServer>, verdicts: Record<string, Verdict>): object {
  return { ...object, status: withConditions(object, verdicts, {}, NOW) };
}

/** As the API server gives them their status. */
const NEW_SERVER = mcpServer({ status: NOT_OBSERVED.default });
const NEW_PACK = { ...policyPack(), status: NOT_OBSERVED.default };

let program: string;
beforeAll(async () => {
  program = await buildJudges();
}, 20 * 60_000);

const judge = (object: object, lua?: Record<string, string>): HealthVerdict =>
  judgeHealth(program, [object], lua)[0] ?? expect.fail('no verdict');

describe('every condition that is written', () => {
  let verdicts: HealthVerdict[];
  beforeAll(() => {
    verdicts = judgeHealth(program, objects);
  });

  it('is tried', () => {
    const table = Object.entries({ ...SERVER, Accepted: PACK }).flatMap(([type, reasons]) =>
      Object.keys(reasons).map((reason) => `${type} ${reason}`),
    );
    const tried = cases.map(({ type, reason, isPack }) => `${isPack ? 'Accepted' : type} ${reason}`);
    expect([...new Set(tried)].toSorted()).toEqual(table.toSorted());
  });

  it.each(cases.map(({ type, reason, word, isPack }, index) => [type, reason, word, index, isPack] as const))(
    '%s %s (%s)',
    (type, reason, word, index, isPack) => {
      const { argoMessage, ...said } = verdicts[index] ?? expect.fail('no verdict');
      const passes = word === 'soon' && MAY_PASS.has(`${type} ${reason}`);
      expect(said).toEqual(passes ? ON_ITS_WAY : isPack ? PACK[reason] : SERVER[type]?.[reason]);
      const stands =
        said.argoCD === 'Healthy' && word === 'yes' ? /./ : new RegExp(`about ${reason}|passes the gate|pass the gate`);
      expect(argoMessage).toMatch(stands);
    },
  );

  it('of a server whose policy is edited while it serves', () => {
    const object = observed(mcpServer(), { Ready: yes('Serving', ''), PolicyEnforced: soon('Delivering', '1 of 2') });
    expect(judge(object)).toMatchObject({ ...ON_ITS_WAY, argoMessage: 'PolicyEnforced: 1 of 2' });
  });
});

describe('an object', () => {
  it.each([
    ['MCPServer', NEW_SERVER],
    ['PolicyPack', NEW_PACK],
  ])('that is new is not done before somebody has looked: %s', (_, object) => {
    expect(judge(object)).toMatchObject(ON_ITS_WAY);
  });

  it.each([
    ['MCPServer', mcpServer()],
    ['PolicyPack', policyPack()],
  ])('that has changed since is not done: %s', (_, object) => {
    const before = observed(object, { Ready: yes('Serving', 'fine'), Accepted: yes('Applies', 'fine') });
    const edited = { ...before, metadata: { ...object.metadata, generation: 2 } };
    expect(judge(edited)).toMatchObject(ON_ITS_WAY);
  });

  it.each([NEW_SERVER, NEW_PACK, approvalRequest({ status: { state: 'Denied' } })])(
    'that is being deleted is on its way: %#',
    (object) => {
      const metadata = { ...object.metadata, deletionTimestamp: '2026-11-21T10:00:00Z' };
      expect(judge({ ...object, metadata })).toMatchObject({ kstatus: 'Terminating', argoCD: 'Progressing' });
    },
  );
});

describe('an ApprovalRequest', () => {
  const pending = approvalRequest({ status: structuredClone(NEW_REQUEST) });

  it('that waits for a person is suspended for Argo CD, and on its way for others', () => {
    expect(judge(pending)).toMatchObject({ ...ON_ITS_WAY, argoCD: 'Suspended' });
  });

  it.each(APPROVAL_STATES.filter((state) => state !== 'Pending'))('that is %s is no fault of anything', (state) => {
    const status = settledStatus(
      pending,
      { state, ...(state === 'Denied' ? { decidedBy: 'ada' } : {}) },
      NOW.getTime(),
    );
    const { argoMessage, ...said } = judge({ ...pending, status });
    expect(said).toEqual(DONE);
    expect(argoMessage).toBe(state === 'Denied' ? 'Denied (decided by ada)' : state);
  });
});

it('the ConfigMap of Argo CD has the same scripts', () => {
  const { data } = parse(readFileSync(join(root, 'integrations/argocd/argocd-cm.yaml'), 'utf8')) as {
    data: Record<string, string>;
  };
  const prefix = 'resource.customizations.health.sallyport.dev_';
  const scripts = Object.entries(data).map(([key, text]) => [key.replace(prefix, ''), text] as const);
  expect(Object.fromEntries(scripts)).toEqual(healthScripts());
});

it('a script that does not work is no health', () => {
  expect(() => judge(NEW_SERVER, { MCPServer: 'return string.upper("healthy")' })).toThrow(/string/);
});
