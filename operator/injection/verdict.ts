/**
 * decide(facts) → verdict, and the words for it.
 *
 * | namespace label | pod label       | a server claims it | verdict                               |
 * |-----------------|-----------------|--------------------|---------------------------------------|
 * | any             | inject: "false" | any                | skip: opted out (annotation likewise) |
 * | any             | "true" + opt-out | any               | refuse: it says both                  |
 * | not enabled     | none            | any                | skip: not asked                       |
 * | enabled         | none            | none               | skip: no server, or refuse (below)    |
 * | any             | inject: "true"  | none               | refuse: no server                     |
 * | enabled, or inject: "true"        || two or more       | refuse: which one?                    |
 * | enabled, or inject: "true"        || one               | inject, or refuse where it cannot be  |
 *
 * Without a server, the namespace chooses (label on-missing-server): Refuse and Allow mean every such pod. Where it says nothing, those
 * are refused that have an orphan, a pod of the same labels with the gate of a server that is gone, and those that are meant by a server
 * whose target is not found.
 *
 * Whatever was to get a gate and cannot is refused, never let in without: a pod that runs is a pod that answers.
 */
import type { MCPServer } from '../../core/api/mcp-server.ts';
import { ANNOTATION, LABEL, SIDECAR_CONTAINER } from '../names.ts';
import type { Facts } from './facts.ts';
import { meantTwice, portsOfGate } from './further-ports.ts';
import type { FoundPort, PortFact } from './port.ts';

export const SKIP_REASONS = ['not-asked', 'opted-out', 'no-server'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export const REFUSE_REASONS = [
  'contradiction',
  'unclaimed',
  'missing-server',
  'target-lost',
  'server-gone',
  'several-servers',
  'mirror-pod',
  'windows',
  'host-network',
  'shared-processes',
  'foreign-sidecar',
  'foreign-volume',
  'shared-mount',
  'foreign-token',
  'port-missing',
  'port-ambiguous',
  'port-twice',
  'port-taken',
] as const;
export type RefuseReason = (typeof REFUSE_REASONS)[number];

export type Verdict =
  | {
      readonly kind: 'inject';
      readonly server: MCPServer;
      readonly port: FoundPort;
      readonly further: readonly FoundPort[];
    }
  | { readonly kind: 'skip'; readonly reason: SkipReason; readonly message: string }
  | { readonly kind: 'refuse'; readonly reason: RefuseReason; readonly message: string };

export function decide(facts: Facts): Verdict {
  const skipped = SKIP_REASONS.find((reason) => SKIPS[reason](facts));
  if (skipped !== undefined) return { kind: 'skip', reason: skipped, message: SKIP_WORDS[skipped](facts) };
  for (const reason of REFUSE_REASONS) {
    const message = REFUSALS[reason](facts);
    if (message !== undefined) return { kind: 'refuse', reason, message };
  }
  const [server] = facts.claimants;
  const [port, ...further] = facts.ports.filter((fact) => fact.kind === 'found');
  // Every other case has been refused above; said once more for the day a check is taken out.
  if (server === undefined || port === undefined || further.length + 1 < facts.ports.length)
    throw new Error('a verdict without a server and its port');
  return { kind: 'inject', server, port, further };
}

const SKIPS: Record<SkipReason, (facts: Facts) => boolean> = {
  'not-asked': ({ enabled, asked, optedOut }) => !enabled && !asked && !optedOut,
  'opted-out': ({ optedOut, asked }) => optedOut && !asked,
  'no-server': (facts) => isMissing(facts) && !refusesMissing(facts) && !refusesLost(facts) && !refusesGone(facts),
};

function isMissing({ asked, claimants }: Facts): boolean {
  return !asked && claimants.length === 0;
}

function refusesMissing(facts: Facts): boolean {
  return isMissing(facts) && facts.onMissing === 'Refuse';
}

function refusesLost(facts: Facts): boolean {
  return isMissing(facts) && facts.onMissing === undefined && facts.lost !== undefined;
}

function refusesGone(facts: Facts): boolean {
  return isMissing(facts) && facts.onMissing === undefined && facts.orphan !== undefined;
}

const SKIP_WORDS: Record<SkipReason, (facts: Facts) => string> = {
  'not-asked': ({ namespace }) =>
    `namespace ${namespace} is not labelled ${LABEL.injection}=enabled and the pod not ${LABEL.inject}=true`,
  'opted-out': () => `the pod says ${ANNOTATION.inject}: "false"`,
  'no-server': ({ namespace, orphan }) =>
    orphan === undefined
      ? `no MCPServer of namespace ${namespace} selects the labels of this pod; if one should, compare its spec.workload.selector and create the pod again`
      : `MCPServer ${orphan.server} is gone, whose gate pod ${orphan.pod} of the same labels carries, and the namespace ${namespace} lets pods go without (${LABEL.onMissingServer}: Allow)`,
};

/** In the order in which they are looked at: what is wrong, and what to do about it. */
const REFUSALS: Record<RefuseReason, (facts: Facts) => string | undefined> = {
  contradiction: ({ asked, optedOut }) =>
    when(
      asked && optedOut,
      `the pod has the label ${LABEL.inject}: "true" and the annotation ${ANNOTATION.inject}: "false"; remove one of the two`,
    ),
  unclaimed: ({ asked, claimants, namespace }) =>
    when(
      asked && claimants.length === 0,
      `the pod is labelled ${LABEL.inject}: "true", but no MCPServer of namespace ${namespace} selects its labels; create one whose spec.workload.selector does, or remove the label`,
    ),
  'missing-server': (facts) =>
    when(
      refusesMissing(facts),
      `no MCPServer of namespace ${facts.namespace} selects its labels, and the namespace is labelled ${LABEL.onMissingServer}=Refuse; create one whose spec.workload.selector does, or annotate the pod with ${ANNOTATION.inject}: "false" to go without a gate`,
    ),
  'target-lost': (facts) =>
    facts.lost &&
    when(
      refusesLost(facts),
      `the MCPServer ${facts.lost.server} names what makes it by spec.workload.targetRef, and that is not found: ${facts.lost.why} To go without a gate, annotate the pod with ${ANNOTATION.inject}: "false" or label the namespace ${LABEL.onMissingServer}=Allow`,
    ),
  'server-gone': (facts) =>
    facts.orphan &&
    when(
      refusesGone(facts),
      `the MCPServer ${facts.orphan.server} is gone, whose gate pod ${facts.orphan.pod} of the same labels carries; create it again, or, to go without a gate, annotate the pod with ${ANNOTATION.inject}: "false" or label the namespace ${LABEL.onMissingServer}=Allow`,
    ),
  'several-servers': ({ claimants }) =>
    when(
      claimants.length > 1,
      `the MCPServers ${list(claimants.map(({ metadata }) => metadata.name))} all select this pod, and a gate guards one; make their spec.workload.selector differ`,
    ),
  'mirror-pod': ({ mirror }) =>
    when(
      mirror,
      'this is the mirror of a static pod, which runs from a file on its node and cannot be given a gate; run it as a Deployment, or change the labels so that no MCPServer selects it',
    ),
  windows: ({ windows }) =>
    when(windows, 'the pod runs on Windows, for which there is no sidecar; run the server on Linux'),
  'host-network': ({ hostNetwork }) =>
    when(
      hostNetwork,
      'the pod uses the network of its node, where everybody reaches the server without passing the gate; remove hostNetwork: true',
    ),
  'shared-processes': ({ sharedProcesses }) =>
    when(
      sharedProcesses !== undefined,
      `with ${sharedProcesses}: true the server could read the memory and files of its gate or end it; remove that field`,
    ),
  'foreign-sidecar': ({ foreignSidecar }) =>
    when(
      foreignSidecar,
      `the pod has a container named ${SIDECAR_CONTAINER} of its own, which is the name of the gate; rename or remove it`,
    ),
  'foreign-volume': ({ foreignVolume }) =>
    when(
      foreignVolume !== undefined,
      `the pod has a volume named ${foreignVolume} of its own, which is a name of the gate's; rename it`,
    ),
  'shared-mount': ({ sharedMount }) =>
    sharedMount &&
    `container ${sharedMount.container} mounts ${sharedMount.volume}, which is the gate's alone; remove that volumeMount`,
  'foreign-token': ({ foreignToken }) =>
    when(
      foreignToken !== undefined,
      `the volume ${foreignToken} holds a ServiceAccount token for the operator, with which its reader could speak as the gate; remove that volume or its audience`,
    ),
  'port-missing': ({ ports }) => {
    const missing = ports.find((port) => port.kind === 'missing');
    return missing && missingPort(missing);
  },
  'port-ambiguous': ({ ports }) => {
    const ambiguous = ports.find((port) => port.kind === 'ambiguous');
    return ambiguous && ambiguousPort(ambiguous);
  },
  'port-twice': ({ ports }) => {
    const twice = meantTwice(ports);
    return twice && portTwice(twice);
  },
  'port-taken': ({ takenPort, ports }) =>
    takenPort &&
    `${spellTaken(takenPort)} port ${takenPort.port}, and the gate needs ${list(portsOfGate(ports.length - 1).map(String))}; let it listen on another`,
};

export function ambiguousPort({ containers, wanted }: Extract<PortFact, { kind: 'ambiguous' }>): string {
  return `the containers ${list(containers)} give the port name ${wanted} to different numbers; write the number in the MCPServer, or keep the name for one of them`;
}

export function portTwice({ port }: { readonly port: number }): string {
  return `two MCP ports of its MCPServer lead to port ${port} of the pod; keep one of them in spec.workload.port and spec.workload.ports, or write the number of the other`;
}

export function missingPort({ wanted, declared }: Extract<PortFact, { kind: 'missing' }>): string {
  const problem = `no container of the pod declares the TCP port ${wanted} that its MCPServer names`;
  return declared.length === 0
    ? `${problem}, nor any other; add \`ports: [{containerPort: …}]\` to the server's container`
    : `${problem}; write one of those that are declared: ${declared.join(', ')}`;
}

function spellTaken({ container, by }: NonNullable<Facts['takenPort']>): string {
  return by === undefined ? `container ${container} declares` : `MCPServer ${by} says that container ${container} has`;
}

function when(condition: boolean, message: string): string | undefined {
  return condition ? message : undefined;
}

/** `a, b and c` */
function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
