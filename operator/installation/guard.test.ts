import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { expectedCaBundle } from './expected-ca-bundle.ts';
import { InstallationGuard } from './guard.ts';
import { ApiError } from '../kit/api-client.ts';
import type { KubeObject, RawObject, Resource } from '../kit/resource.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import { ADMISSION_POLICIES } from '../names.ts';
import { FakeClock, settle } from '../kit/testing/fake-clock.ts';

const caBundle = 'PEM';
const base64 = Buffer.from(caBundle).toString('base64');

let clock: FakeClock;
let lines: string[];
let missing: Set<string>;
let trusted: string | undefined;
let failure: Error | undefined;
let looks: number;
/** Added to what an object of this kind and name says. */
let changed: Map<string, object>;
let installed: string | undefined;

const CHART = { namespace: 'guard', name: 'sallyport-operator' };
const WEBHOOKS = [
  'MutatingWebhookConfiguration sallyport-injector',
  'ValidatingWebhookConfiguration sallyport-validator',
];
const OBJECTS = [
  ...Object.values(ADMISSION_POLICIES).flatMap((name) =>
    ['Validating', 'Mutating'].flatMap((kind) => [
      `${kind}AdmissionPolicy ${name}`,
      `${kind}AdmissionPolicyBinding ${name}`,
    ]),
  ),
  ...WEBHOOKS,
];

/** What the chart says, without what an API server adds. */
function written(what: string): object {
  const [kind = '', name = ''] = what.split(' ');
  const said = WEBHOOKS.includes(what)
    ? { webhooks: [{ name: 'a', clientConfig: { service: { name: 's', namespace: 'guard' } }, failurePolicy: 'Fail' }] }
    : { spec: { policyName: name, validationActions: ['Deny', 'Audit'] } };
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name }, ...said };
}

beforeEach(() => {
  clock = new FakeClock();
  lines = [];
  missing = new Set();
  trusted = base64;
  failure = undefined;
  looks = 0;
  changed = new Map();
  installed = OBJECTS.map((what) => JSON.stringify(written(what))).join('\n---\n');
});

/** What the API server would say. */
function find<T extends KubeObject>(
  { apiVersion, kind }: Resource<T>,
  { name }: { name: string },
): Promise<T | undefined> {
  looks += 1;
  if (failure !== undefined) return Promise.reject(failure);
  if (missing.has(`${kind} ${name}`)) return Promise.resolve(undefined);
  if (kind === 'ConfigMap') {
    const data = installed === undefined ? {} : { 'installed.yaml': installed };
    return Promise.resolve({ apiVersion, kind, metadata: CHART, data } as unknown as T);
  }
  const what = `${kind} ${name}`;
  const object = { ...written(what), ...changed.get(what) } as RawObject & { webhooks?: { clientConfig: object }[] };
  for (const entry of object.webhooks ?? []) {
    if (trusted !== undefined) entry.clientConfig = { ...entry.clientConfig, caBundle: trusted };
  }
  return Promise.resolve(object as unknown as T);
}

async function guard(): Promise<{
  guard: InstallationGuard;
  problems: () => string[];
  stop: () => Promise<void>;
}> {
  const write = (line: string): void => void lines.push((JSON.parse(line) as { msg: string }).msg);
  const log = pino({ level: 'info' }, { write });
  const certificates = { current: () => ({ cert: '', key: '', caBundle }), isVouchedForIn: () => false };
  const webhooks = { mutating: 'sallyport-injector', validating: 'sallyport-validator' };
  const made = new InstallationGuard({
    ...{ client: { find }, chart: CHART, webhooks, clock, log },
    caBundle: expectedCaBundle(certificates, false),
  });
  const abort = new AbortController();
  const ended = made.start(abort.signal);
  await settle();
  return {
    guard: made,
    problems: () => made.problems(),
    stop: () => {
      abort.abort();
      return ended;
    },
  };
}

describe('the guard', () => {
  test('is content when everything of the chart is there, and looks again twice a minute', async () => {
    const { problems, stop } = await guard();
    expect(problems()).toEqual([]);
    const first = looks;
    await clock.advance(29_000);
    expect(looks).toBe(first);
    await clock.advance(1_000);
    expect(looks).toBeGreaterThan(first);
    await stop();
    expect(clock.pending).toBe(0);
  });

  test.each([
    ['MutatingAdmissionPolicy sallyport-approval-vote'],
    ['ValidatingAdmissionPolicyBinding sallyport-approvals'],
    ['ValidatingAdmissionPolicyBinding sallyport-injected-pods-by-label'],
  ])('without %s says so and what to do, once in the log, until it is there', async (what) => {
    missing.add(what);
    const { problems, stop } = await guard();
    const says = `${what} is missing: approvals and injection could not be trusted. Install the chart again: helm upgrade --install sallyport`;
    expect(problems()).toEqual([says]);
    await clock.advance(10_000);
    expect(lines).toEqual([says]);
    missing.clear();
    await clock.advance(2_500);
    expect(problems()).toEqual([]);
    await stop();
  });

  test('notices a policy that is taken away while it runs', async () => {
    const { problems, stop } = await guard();
    missing.add('ValidatingAdmissionPolicy sallyport-approvals');
    await clock.advance(30_000);
    expect(problems()).toHaveLength(1);
    await stop();
  });

  test.each([
    ['none yet', undefined],
    ['another one', 'AAAA'],
  ])('waits for the caBundle of the webhooks: %s', async (_, found) => {
    trusted = found;
    const { problems, stop } = await guard();
    expect(problems()).toEqual([
      'the caBundle of MutatingWebhookConfiguration sallyport-injector is not written yet; the leader does that',
    ]);
    trusted = base64;
    await clock.advance(2_500);
    expect(problems()).toEqual([]);
    await stop();
  });

  test('names a webhook configuration that is not there', async () => {
    missing.add('ValidatingWebhookConfiguration sallyport-validator');
    const { problems, stop } = await guard();
    expect(problems()).toEqual([
      'there is no ValidatingWebhookConfiguration sallyport-validator; install the chart again',
    ]);
    await stop();
  });

  test.each([
    [
      'a binding that only audits',
      'ValidatingAdmissionPolicyBinding sallyport-approvals',
      { spec: { policyName: 'sallyport-approvals', validationActions: ['Audit'] } },
      'spec.validationActions is ["Audit"], in the chart it is ["Audit","Deny"]',
    ],
    [
      'a binding of part of the cluster',
      'MutatingAdmissionPolicyBinding sallyport-approval-vote',
      {
        spec: {
          policyName: 'sallyport-approval-vote',
          validationActions: ['Deny', 'Audit'],
          matchResources: { namespaceSelector: { matchLabels: { a: 'b' } } },
        },
      },
      'spec.matchResources is {"namespaceSelector":{"matchLabels":{"a":"b"}}}, in the chart it is not said',
    ],
    [
      'a policy that lets pass what it fails on',
      'ValidatingAdmissionPolicy sallyport-gates',
      { spec: { policyName: 'sallyport-gates', validationActions: ['Deny', 'Audit'], failurePolicy: 'Ignore' } },
      'spec.failurePolicy is "Ignore", in the chart it is "Fail"',
    ],
    [
      'a policy without a spec',
      'ValidatingAdmissionPolicy sallyport-gate-exec',
      { spec: undefined },
      'spec is not said',
    ],
  ])('does not trust %s', async (_, what, change, difference) => {
    changed.set(what, change);
    const { guard: made, problems, stop } = await guard();
    expect(problems()).toEqual([expect.stringContaining(`${what} is not what the chart installs: ${difference}`)]);
    expect(made.isBroken).toBe(true);
    changed.clear();
    expect(await made.confirm()).toContain('were changed a moment ago');
    expect(problems()).toEqual([]);
    expect(made.isBroken).toBe(true);
    await clock.advance(5_000);
    expect(await made.confirm()).toBeUndefined();
    expect(made.isBroken).toBe(false);
    await stop();
  });

  test.each([
    [
      'calls somebody else',
      { clientConfig: { service: { name: 'other', namespace: 'guard' } } },
      'spec.a.clientConfig',
    ],
    ['lets pass what it cannot ask about', { failurePolicy: 'Ignore' }, 'spec.a.failurePolicy is "Ignore"'],
    ['sees less', { namespaceSelector: { matchLabels: { a: 'b' } } }, 'spec.a.namespaceSelector'],
  ])('is not ready with a webhook that %s, also later', async (_, change, difference) => {
    const { problems, stop } = await guard();
    expect(problems()).toEqual([]);
    const { webhooks } = written(WEBHOOKS[1] ?? '') as { webhooks: object[] };
    changed.set(WEBHOOKS[1] ?? '', { webhooks: [{ ...webhooks[0], ...change }] });
    await clock.advance(30_000);
    expect(problems()).toEqual([
      expect.stringContaining(`${WEBHOOKS[1]} is not what the chart installs: ${difference}`),
    ]);
    await stop();
  });

  test('looks anew when a vote is about to count, and says so once to whoever keeps votes', async () => {
    const { guard: made, stop } = await guard();
    let told = 0;
    made.onBroken(() => (told += 1));
    changed.set('ValidatingAdmissionPolicyBinding sallyport-approvals', { spec: { policyName: 'x' } });
    expect(made.distrust).toBeUndefined();
    const [first, second] = await Promise.all([made.confirm(), made.confirm()]);
    expect(first).toContain('sallyport-approvals');
    expect(second).toBe(first);
    expect(told).toBe(1);
    await stop();
  });

  test('does not trust votes for a moment after a policy was turned off and on again between two looks', async () => {
    const { guard: made, problems, stop } = await guard();
    let told = 0;
    made.onBroken(() => (told += 1));
    const what = 'ValidatingAdmissionPolicyBinding sallyport-approvals';
    changed.set(what, { metadata: { name: 'sallyport-approvals', uid: 'a', generation: 3 } });
    expect(await made.confirm()).toContain('were changed a moment ago');
    expect([problems(), made.isBroken, told]).toEqual([[], true, 1]);
    await clock.advance(5_000);
    expect([await made.confirm(), made.isBroken, told]).toEqual([undefined, false, 1]);
    await stop();
  });

  describe('where a webhook writes votes', () => {
    const VOTE = `MutatingWebhookConfiguration ${ADMISSION_POLICIES.vote}`;
    const vote = { name: 'v', clientConfig: { service: { name: 's', namespace: 'guard' } }, failurePolicy: 'Fail' };
    const policies = ['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'].map(
      (kind) => `${kind} ${ADMISSION_POLICIES.vote}`,
    );
    const byWebhook = () => {
      const others = OBJECTS.filter((what) => !policies.includes(what)).map((what) => JSON.stringify(written(what)));
      installed = [...others, JSON.stringify({ ...written(VOTE), spec: undefined, webhooks: [vote] })].join('\n---\n');
      changed.set(VOTE, { webhooks: [vote] });
      for (const what of policies) missing.add(what);
    };

    test('asks for that, and not for a policy that the API server may not know', async () => {
      byWebhook();
      const { guard: made, problems, stop } = await guard();
      expect(problems()).toEqual([]);
      expect(await made.confirm()).toBeUndefined();
      await stop();
    });

    test('without it no vote counts, and none that was cast is taken back', async () => {
      byWebhook();
      missing.add(VOTE);
      const { guard: made, stop } = await guard();
      expect(await made.confirm()).toContain(`${VOTE} is missing`);
      expect(made.isBroken).toBe(false);
      missing.delete(VOTE);
      expect(await made.confirm()).toBeUndefined();
      await stop();
    });

    test('does not trust one that asks somebody else, nor for a moment after', async () => {
      byWebhook();
      const { guard: made, stop } = await guard();
      changed.set(VOTE, { webhooks: [{ ...vote, clientConfig: { url: 'https://elsewhere/vote' } }] });
      expect(await made.confirm()).toContain(`${VOTE} is not what the chart installs: spec.v.clientConfig`);
      expect(made.isBroken).toBe(true);
      changed.set(VOTE, { webhooks: [vote] });
      expect(await made.confirm()).toContain('were changed a moment ago');
      await clock.advance(5_000);
      expect(await made.confirm()).toBeUndefined();
      await stop();
    });

    test('a chart that changes who writes votes takes none back, there and back', async () => {
      const { guard: made, stop } = await guard();
      let told = 0;
      made.onBroken(() => (told += 1));
      const before = installed;
      byWebhook();
      expect([await made.confirm(), made.isBroken]).toEqual([undefined, false]);
      installed = before;
      changed.clear();
      missing.clear();
      for (const what of policies) {
        const metadata = { name: ADMISSION_POLICIES.vote, uid: 'another', generation: 1 };
        changed.set(what, { metadata });
      }
      expect([await made.confirm(), made.isBroken, told]).toEqual([undefined, false, 0]);
      await stop();
    });
  });

  test('does not take silence of the chart for consent', async () => {
    installed = undefined;
    const { problems, stop } = await guard();
    expect(problems()).toEqual([
      expect.stringMatching(
        /^ConfigMap sallyport-operator in guard does not say .*older than the operator.*helm upgrade/,
      ),
    ]);
    await stop();
  });

  test('looks often at first, and then every two seconds: nobody may be at it', async () => {
    missing.add('MutatingAdmissionPolicy sallyport-approval-vote');
    trusted = undefined;
    const { stop } = await guard();
    const perLook = looks;
    await clock.advance(1_000);
    expect(looks / perLook).toBeGreaterThanOrEqual(3);
    await clock.advance(60_000);
    expect(looks / perLook).toBeLessThan(50);
    await stop();
  });

  test('without the right to look says which rule is missing; what was seen stands while the API server is away', async () => {
    const attempt = { verb: 'get', resource: RESOURCES.MutatingAdmissionPolicy, ref: { name: 'x' } } as const;
    failure = new ApiError(attempt, 403, { message: 'user cannot get resource' });
    const first = await guard();
    expect(first.problems()[0]).toMatch(/^the admission policies cannot be looked for: .*The missing RBAC rule/);
    await first.stop();
    failure = undefined;
    const second = await guard();
    failure = new Error('no answer');
    await clock.advance(60_000);
    expect(second.problems()).toEqual([]);
    await second.stop();
  });
});
