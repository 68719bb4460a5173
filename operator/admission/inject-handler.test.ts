import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { mcpServerSchema } from '../../core/api/mcp-server.ts';
import { SETTINGS } from '../injection/testing/read-case.ts';
import type { RawObject } from '../kit/resource.ts';
import { LABEL } from '../names.ts';
import { injectHandler } from './inject-handler.ts';
import type { AdmissionRequest } from './review.ts';
import { requestOf } from './testing/running-server.ts';

const ledger = mcpServerSchema.parse({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'MCPServer',
  metadata: { name: 'ledger', namespace: 'finance' },
  spec: { workload: { selector: { matchLabels: { app: 'ledger' } }, port: 9000 } },
});

function pod(labels: Record<string, string>): RawObject {
  const containers = [{ name: 'app', image: 'ledger:1', ports: [{ containerPort: 9000 }] }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: '', generateName: 'ledger-', labels },
    spec: { containers },
  };
}

function ask(labels: Record<string, string>, request: Partial<AdmissionRequest> = {}) {
  const asked: unknown[] = [];
  const handler = injectHandler({
    settings: SETTINGS,
    servers: (namespace, podLabels) => {
      asked.push([namespace, podLabels]);
      return [ledger];
    },
    namespaceLabels: () => Promise.resolve({ [LABEL.injection]: 'enabled' }),
    log: pino({ level: 'silent' }),
  });
  const object = pod(labels);
  return { answer: handler.answer(requestOf({ object, ...request })), asked };
}

describe('the webhook for pods', () => {
  it("takes the namespace from the request, since the object has none, and asks by the pod's labels", async () => {
    const { answer, asked } = ask({ app: 'ledger' });
    expect(await answer).toMatchObject({ allowed: true, reason: 'injected' });
    expect(asked).toEqual([['finance', { app: 'ledger' }]]);
  });

  it('puts a note on a pod that it leaves alone', async () => {
    expect(await ask({ app: 'web' }).answer).toMatchObject({
      allowed: true,
      reason: 'no-server',
      patch: [{ op: 'add' }],
    });
  });

  it.each([{}, { [LABEL.inject]: 'true' }])(
    'asks the API server before it says that nobody selects a pod with %j',
    async (more) => {
      const newest: string[] = [];
      const handler = injectHandler({
        settings: SETTINGS,
        servers: () => [],
        newestServers: (namespace) => {
          newest.push(namespace);
          return Promise.resolve([ledger]);
        },
        namespaceLabels: () => ({ [LABEL.injection]: 'enabled' }),
        log: pino({ level: 'silent' }),
      });
      expect(await handler.answer(requestOf({ object: pod({ app: 'ledger', ...more }) }))).toMatchObject({
        reason: 'injected',
      });
      expect(newest).toEqual(['finance']);
    },
  );

  it('refuses a pod whose MCPServer is gone, unless the API server knows of a new one', async () => {
    const handlerWith = (newest: (typeof ledger)[]) =>
      injectHandler({
        settings: SETTINGS,
        servers: () => [],
        newestServers: () => Promise.resolve(newest),
        namespaceLabels: () => ({ [LABEL.injection]: 'enabled' }),
        orphan: () => ({ pod: 'ledger-1', server: 'ledger' }),
        log: pino({ level: 'silent' }),
      });
    const request = requestOf({ object: pod({ app: 'ledger' }) });
    expect(await handlerWith([]).answer(request)).toMatchObject({ allowed: false, reason: 'server-gone' });
    expect(await handlerWith([ledger]).answer(request)).toMatchObject({ allowed: true, reason: 'injected' });
  });

  it('refuses a pod that a server means whose target is not found, unless it is found now', async () => {
    const target = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'ledger' };
    const handlerWith = (newest: (typeof ledger)[], name = 'ledger') =>
      injectHandler({
        settings: SETTINGS,
        servers: () => [],
        newestServers: () => Promise.resolve(newest),
        namespaceLabels: () => ({ [LABEL.injection]: 'enabled' }),
        lost: () => [{ server: 'ledger', target: { ...target, name }, why: 'It may not be read.' }],
        log: pino({ level: 'silent' }),
      });
    const object = pod({ app: 'ledger' });
    const ownerReferences = [
      { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'ledger', uid: 'a', controller: true },
    ];
    const request = requestOf({ object: { ...object, metadata: { ...object.metadata, ownerReferences } } });
    expect(await handlerWith([]).answer(request)).toMatchObject({ allowed: false, reason: 'target-lost' });
    expect(await handlerWith([], 'other').answer(request)).toMatchObject({ allowed: true, reason: 'no-server' });
    expect(await handlerWith([ledger]).answer(request)).toMatchObject({ allowed: true, reason: 'injected' });
  });

  it('names the pod that it refuses as far as it has a name', async () => {
    const { answer } = ask({ app: 'web', [LABEL.inject]: 'true' });
    expect(await answer).toMatchObject({
      allowed: false,
      reason: 'unclaimed',
      message: expect.stringMatching(/^no gate can be put into Pod finance\/ledger-…: the pod is labelled/) as string,
    });
  });

  it.each<[what: string, request: Partial<AdmissionRequest>]>([
    ['an update', { operation: 'UPDATE' }],
    ['a subresource', { subResource: 'ephemeralcontainers' }],
    ['another kind', { kind: { group: '', version: 'v1', kind: 'PodTemplate' } }],
    ['a pod of another group', { kind: { group: 'metrics.k8s.io', version: 'v1', kind: 'Pod' } }],
  ])('has no word on %s', async (_what, request) => {
    expect(await ask({ app: 'ledger' }, request).answer).toEqual({ allowed: true, reason: 'not-a-new-pod' });
  });
});
