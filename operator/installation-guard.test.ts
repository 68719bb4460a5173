import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { InstallationGuard } from './installation-guard.ts';
import { ApiError } from './kit/api-client.ts';
import { type KubeObject, type RawObject, RESOURCES, type Resource } from './kit/resource.ts';
import { FakeClock, settle } from './kit/testing/fake-clock.ts';

const caBundle = 'PEM';
const base64 = Buffer.from(caBundle).toString('base64');

let clock: FakeClock;
let lines: string[];
let missing: Set<string>;
let trusted: string | undefined;
let failure: Error | undefined;
let looks: number;

beforeEach(() => {
  clock = new FakeClock();
  lines = [];
  missing = new Set();
  trusted = base64;
  failure = undefined;
  looks = 0;
});

/** What the API server would say. */
function find<T extends KubeObject>(
  { apiVersion, kind }: Resource<T>,
  { name }: { name: string },
): Promise<T | undefined> {
  looks += 1;
  if (failure !== undefined) return Promise.reject(failure);
  if (missing.has(`${kind} ${name}`)) return Promise.resolve(undefined);
  const webhooks = [{ name: 'a', clientConfig: trusted === undefined ? {} : { caBundle: trusted } }];
  const object: RawObject & { webhooks: object[] } = { apiVersion, kind, metadata: { name }, webhooks };
  return Promise.resolve(object as unknown as T);
}

async function guard(): Promise<{ problems: () => string[]; stop: () => Promise<void> }> {
  const write = (line: string): void => void lines.push((JSON.parse(line) as { msg: string }).msg);
  const log = pino({ level: 'info' }, { write });
  const certificates = { current: () => ({ cert: '', key: '', caBundle }) };
  const webhooks = { mutating: 'sallyport-injector', validating: 'sallyport-validator' };
  const made = new InstallationGuard({ client: { find }, certificates, webhooks, clock, log });
  const abort = new AbortController();
  const ended = made.start(abort.signal);
  await settle();
  return {
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
