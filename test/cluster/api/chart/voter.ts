/** Who writes votes on the API server of a test, and the operator's webhook where it is that. */
import { startAdmission } from '../../../../operator/admission/testing/running-server.ts';
import { voteHandler } from '../../../../operator/admission/vote-handler.ts';
import { VOTE_WEBHOOK } from '../../../../operator/names.ts';
import { toolVersion } from '../../tools.ts';
import type { ChartCluster } from './release.ts';

/** `approvals.voteBy` of the chart for tests of votes: `Policy` or `Webhook`; empty: by what the API server has. */
export const VOTE_BY = process.env['SALLYPORT_TEST_VOTE_BY'] ?? '';

/** MutatingAdmissionPolicy is v1 from Kubernetes 1.36 (KEP-3962). */
export const HAS_VOTE_POLICIES = Number(toolVersion('kube-apiserver').split('.')[1]) >= 36;

/**
 * Answers `/vote` of an installed chart, if it asks for votes: the handler of the operator behind its server, and in the chart's webhook
 * nothing but the address changed, since no Service leads anywhere here. Returns what ends it.
 */
export async function serveVotes(cluster: ChartCluster): Promise<() => Promise<void>> {
  const configuration = ['mutatingwebhookconfiguration', VOTE_WEBHOOK] as const;
  if ((await cluster.kubectl('get', ...configuration, '--ignore-not-found', '-o', 'name')) === '')
    return async () => {};
  const admission = await startAdmission(new Map([['/vote', voteHandler()]]));
  const caBundle = Buffer.from(admission.certificates.current().caBundle).toString('base64');
  const value = { url: `${admission.url}/vote`, caBundle };
  const patch = [{ op: 'replace', path: '/webhooks/0/clientConfig', value }];
  await cluster.kubectl('patch', ...configuration, '--type=json', '-p', JSON.stringify(patch));
  return () => admission.close();
}
