/** Injected: does every pod of the server carry the gate, the one that a pod made now would get? */
import { isOutdated } from '../../injection/outdated.ts';
import { strip } from '../../injection/overlay.ts';
import type { RawPod } from '../../injection/pod.ts';
import { meantTwice } from '../../injection/further-ports.ts';
import { findPort, type PortFact } from '../../injection/port.ts';
import type { InjectionSettings } from '../../injection/render.ts';
import { ambiguousPort, missingPort, portTwice } from '../../injection/verdict.ts';
import { furtherEndpointsOf } from '../../placement.ts';
import { formatLabels } from '../../labels.ts';
import { ANNOTATION, LABEL } from '../../names.ts';
import { lostTargetOf } from '../../targets/resolution.ts';
import type { ServerFacts } from '../facts.ts';
import type { PodFacts } from '../pod-facts.ts';
import { restart } from '../restart.ts';
import { no, someOf, soon, unknown, type Verdict, yes } from '../verdict.ts';

/** As long as a Deployment may take to get on, by default (spec.progressDeadlineSeconds): what is replaced is mixed meanwhile. */
export const ROLLOUT_MS = 600_000;

/** `now`: milliseconds since the epoch. */
/** What is applied together with the server comes after it. */
const MAY_COME = new Set(['TargetPending', 'TargetNotFound']);

export function injected(facts: ServerFacts, settings: InjectionSettings, now: number): Verdict {
  const { pods, done, rivals, server, object } = facts;
  const { name, namespace } = object.metadata;
  if (rivals.length > 0) return no('PodsClaimedTwice', claimedTwice(facts));
  if (pods.length === 0) {
    const lost = lostTargetOf(object);
    if (lost !== undefined) return (MAY_COME.has(lost.reason) ? soon : no)(lost.reason, lost.message);
    const { run } = server.spec;
    if (run?.replicas === 0) return unknown('NoPods', 'spec.run.replicas is 0: nothing runs.');
    if (run !== undefined)
      return unknown(
        'NoPods',
        `Waiting for the pods of Deployment ${name}, unless it is scaled to 0; see kubectl -n ${namespace} describe deployment ${name}.`,
      );
    // Between two runs of a CronJob nothing is wrong.
    if (done > 0)
      return unknown(
        'NoPods',
        `Nothing runs: ${done === 1 ? 'the pod has' : `${done} pods have`} done the work and ended.`,
      );
    return soon(
      'NoPods',
      `No pod matches ${formatLabels(facts.selector)}. Compare spec.workload.selector with kubectl -n ${namespace} get pods --show-labels. A pod that is refused is in the events of what makes it: kubectl -n ${namespace} get events --field-selector reason=FailedCreate.`,
    );
  }
  const lost = withoutPort(facts);
  if (lost !== undefined) return no('PortNotFound', lost);
  const without = pods.filter(({ gateOf }) => gateOf !== name);
  if (without.length > 0)
    return (isRollout(facts, now) ? soon : no)('PodsWithoutSidecar', lackingSidecar(facts, without));
  const outdated = pods.filter(({ injected: record }) => record === undefined || isOutdated(record, server, settings));
  if (outdated.length > 0) {
    const names = someOf(outdated.map((pod) => pod.name));
    // They do what they were made for, under the policy of now: nothing is wrong that a restart at any time would not mend.
    return yes(
      'Outdated',
      `${names} carry a sidecar made for earlier settings. To renew: ${restart(object, outdated)}`,
    );
  }
  return yes('AllPods', `${pods.length} of ${pods.length} pods carry the sidecar`);
}

/** Whether pods with a gate are taking the place of those without: some of them were made a short time ago. */
function isRollout({ pods, object }: ServerFacts, now: number): boolean {
  return pods.some(
    ({ gateOf, pod }) =>
      gateOf === object.metadata.name && now - Date.parse(pod.metadata.creationTimestamp ?? '') < ROLLOUT_MS,
  );
}

function claimedTwice({ rivals, object }: ServerFacts): string {
  const others = rivals.map((rival) => `MCPServer ${rival}`).join(', ');
  return `The selector of ${others} matches the same pods, and a pod has one gate. Make the selectors of ${object.metadata.name} and ${rivals.join(', ')} differ; pods made meanwhile are refused.`;
}

/** Pods that run already are not asked again by admission; those that take their place would be refused. */
function withoutPort({ pods, server, object }: ServerFacts): string | undefined {
  const { workload } = server.spec;
  if (workload === undefined) return undefined;
  const lost = pods.flatMap(({ name, pod, skipped }) => {
    // What is left alone needs no port; why it is says more.
    if (skipped !== undefined) return [];
    const bare = strip(pod as unknown as RawPod);
    const wanted = [workload.port ?? '', ...furtherEndpointsOf(server).map(({ port }) => port)];
    const problem = problemOf(wanted.map((port) => findPort(bare, port)));
    return problem === undefined ? [] : [{ name, problem }];
  });
  const [first] = lost;
  if (first === undefined) return undefined;
  const { name } = object.metadata;
  const field = furtherEndpointsOf(server).length === 0 ? 'spec.workload.port' : 'spec.workload.port and ports';
  return `${someOf(lost.map((pod) => pod.name))}: ${first.problem}. Mend ${field} of MCPServer ${name}, or the pods; until then new ones are refused.`;
}

/** In the words in which new pods are refused. */
function problemOf(ports: readonly PortFact[]): string | undefined {
  for (const port of ports) {
    if (port.kind === 'missing') return missingPort(port);
    if (port.kind === 'ambiguous') return ambiguousPort(port);
  }
  const twice = meantTwice(ports);
  return twice && portTwice(twice);
}

function lackingSidecar(facts: ServerFacts, pods: readonly PodFacts[]): string {
  const { object } = facts;
  const names = someOf(pods.map(({ name }) => name));
  const why = pods.find(({ skipped }) => skipped !== undefined)?.skipped;
  const because = why === undefined ? '' : ` (${why})`;
  const { namespace } = object.metadata;
  const label = facts.namespaceInjects ? '' : `kubectl label namespace ${namespace} ${LABEL.injection}=enabled, then `;
  return `${names} have no sidecar of this server${because}; calls to them pass no gate. To inject: ${label}${restart(object, pods)}. A pod annotated ${ANNOTATION.inject}=false stays without.`;
}
