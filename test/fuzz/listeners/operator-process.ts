/**
 * The listeners of the operator as a process, without a cluster: webhooks with the real handlers and empty caches, the sidecar API with a
 * real check of callers whose API server is never there, and the probes. It says its ports in one line and runs until it is killed.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { admissionHandlers } from '../../../operator/admission-handlers.ts';
import { AdmissionMetrics } from '../../../operator/admission/metrics.ts';
import { AdmissionServer } from '../../../operator/admission/server.ts';
import { TestCertificates } from '../../../operator/admission/testing/running-server.ts';
import { Grants } from '../../../operator/grants/service.ts';
import { PolicyTerms } from '../../../operator/approvals/policy-terms.ts';
import { Requesters } from '../../../operator/approvals/requesters.ts';
import { PolicyRevisions } from '../../../operator/approvals/revisions.ts';
import { Approvals } from '../../../operator/approvals/service.ts';
import { AuditKeys } from '../../../operator/audit-keys/service.ts';
import { DefinitionQuestions } from '../../../operator/definitions/questions.ts';
import { DefinitionPins } from '../../../operator/definitions/service.ts';
import { Caches } from '../../../operator/caches.ts';
import { ApiClient } from '../../../operator/kit/api-client.ts';
import { SYSTEM_CLOCK } from '../../../operator/kit/clock.ts';
import { Probes } from '../../../operator/probes.ts';
import { Targets } from '../../../operator/targets/service.ts';
import { HandleKeyService } from '../../../operator/handle-keys/service.ts';
import { Callers } from '../../../operator/sidecar-api/caller.ts';
import { ServiceAccountKeyMirror } from '../../../operator/service-account-keys/mirror.ts';
import { SidecarApi } from '../../../operator/sidecar-api/server.ts';
import { ServiceAccountApi } from '../../../operator/sidecar-api/service-accounts.ts';
import type { Certificates } from '../../../operator/tls/certificates.ts';
import { CosigningKeys } from '../../../operator/witness/cosigning-keys.ts';
import { WitnessMetrics } from '../../../operator/witness/metrics.ts';
import { Witness } from '../../../operator/witness/service.ts';

const [directory = '', probesPort = ''] = process.argv.slice(2);
const kubeconfig = join(directory, 'kubeconfig.yaml');
writeFileSync(
  kubeconfig,
  `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: x, context: {cluster: c, user: u, namespace: sallyport-system}}]
current-context: x
`,
);
const log = pino({ level: 'silent' });
const clock = SYSTEM_CLOCK;
const client = await ApiClient.fromKubeConfig({ fieldManager: 'test', kubeconfig, log });
const caches = new Caches();
const certificates = new TestCertificates();
const injection = {
  image: 'sallyport-sidecar',
  imagePullPolicy: 'IfNotPresent',
  resources: {},
  runAsUser: null,
  logLevel: 'info',
  operatorUrl: 'https://sallyport-operator.sallyport-system.svc:8443',
  stateSizeLimit: '1Gi',
};
const admission = new AdmissionServer({
  port: 0,
  host: '127.0.0.1',
  handlers: admissionHandlers({
    targets: new Targets({ caches, client, clock, log }),
    rootNamespace: 'sallyport-system',
    injection,
    client,
    caches,
    clock,
    log,
  }),
  certificates,
  metrics: new AdmissionMetrics(new Registry()),
  clock,
  log,
});
const trust = { distrust: undefined, isBroken: false, confirm: () => Promise.resolve(undefined) };
// What these need of certificates is for sidecars that are known, and nobody is.
const shared = { caches, client, clock, log, rootNamespace: 'sallyport-system' };
const derived = certificates as unknown as Certificates;
const auditKeys = new AuditKeys({ ...shared, certificates: derived, rotateAfterMs: 1 });
const witness = new Witness({
  ...shared,
  keys: new CosigningKeys({ client, certificates: derived, rootNamespace: 'sallyport-system' }),
  metrics: new WitnessMetrics(new Registry()),
  writeEveryMs: 1000,
  keepEndedForMs: 1000,
});
const requesters = new Requesters(caches, 'sallyport-system');
const revisions = new PolicyRevisions();
const approvals = new Approvals({ caches, client, clock, trust, requesters, revisions });
const accountKeys = new ServiceAccountKeyMirror({ client, clock, log, isUsed: () => false });
const sidecarApi = new SidecarApi({
  port: 0,
  host: '127.0.0.1',
  callers: new Callers(client, caches, clock),
  servingCertificates: { issue: () => ({ status: 409, body: { error: 'none is given here' } }) },
  approvals,
  grants: new Grants({
    caches,
    client,
    clock,
    trust,
    requesters,
    revisions,
    terms: new PolicyTerms(revisions, client),
  }),
  definitions: new DefinitionPins({
    caches,
    client,
    clock,
    questions: new DefinitionQuestions({ caches, client, clock, trust, requesters, log }),
    rootNamespace: 'sallyport-system',
    log,
  }),
  handleKeys: new HandleKeyService({ ...shared, certificates: derived, namespace: 'sallyport-system' }),
  auditKeys,
  witness,
  serviceAccounts: new ServiceAccountApi({ client, caches, mirror: accountKeys }),
  client,
  certificates: derived,
  clock,
  log,
});
const probes = new Probes(Number(probesPort), new Registry(), () => [], log);
const { signal } = new AbortController();
for (const part of [admission, sidecarApi, probes]) void part.start(signal);
await Promise.all([admission.ready, sidecarApi.ready, probes.ready]);
console.log(JSON.stringify({ webhooks: admission.port, sidecarApi: sidecarApi.port }));
