/** What a pod of a server tells about its gate: pure reading, no judgement. */
import { escapeControls } from '../../core/api/problem.ts';
import type { RawPod } from '../injection/pod.ts';
import { type InjectionRecord, readRecord } from '../injection/record.ts';
import { ANNOTATION, POD_CONDITION } from '../names.ts';
import { gateOf } from '../placement.ts';
import { conditionOf, isReady, type Pod, type PodCondition } from '../pod.ts';
import { type GateUnderstanding, understandingOf } from '../policy-delivery/understanding.ts';
import { type Workload, workloadOf } from './workload.ts';

/**
 * `Shown`: `message` says when it ends. `Rejected`: the last good one is shown instead of what `message` is about. `Missing`: none is.
 * `NotMounted`: none is, for the pod is older than the wish.
 */
const CERTIFICATE_STATES = ['Shown', 'Rejected', 'Missing', 'NotMounted'] as const;

export interface CertificateFact {
  readonly state: (typeof CERTIFICATE_STATES)[number];
  readonly message: string;
}

export interface PodFacts {
  readonly pod: Pod;
  readonly name: string;
  readonly ready: boolean;
  /** Whether a gate can have read its policy: not while images are pulled, nodes are looked for, volumes are missing. */
  readonly started: boolean;
  /** The MCPServer whose gate the pod carries; undefined: it carries none. */
  readonly gateOf: string | undefined;
  /** What was injected, as the injector wrote it down. */
  readonly injected: InjectionRecord | undefined;
  /** What its gate understands; of a pod without one it means nothing. */
  readonly understands: GateUnderstanding;
  /** Why the injector left the pod alone, in its words. */
  readonly skipped: string | undefined;
  /** The revision that the operator last asked the pod to enforce. */
  readonly asked: string | undefined;
  /** The revision that the pod says it enforces. */
  readonly enforces: string | undefined;
  /** Why the pod could not take the bundle it found. */
  readonly policyProblem: string | undefined;
  /** What is wrong with its client tokens, in the words of the sidecar. */
  readonly tokenProblem: string | undefined;
  /** What it says of the keys of issuers; undefined: nothing. */
  readonly identity: { readonly ready: boolean; readonly reason: string; readonly message: string } | undefined;
  /** What it says of the store that it shares; undefined: nothing. `problem` is undefined while it counts there. */
  readonly state: { readonly problem: string | undefined } | undefined;
  /** The certificate that clients are shown; undefined: nothing is said of one. */
  readonly certificate: CertificateFact | undefined;
  /** Which key for the server its gate does not have, in the words of the sidecar. */
  readonly credentialProblem: string | undefined;
  /** Whether the server answers on loopback only; undefined: not known. */
  readonly loopbackOnly: boolean | undefined;
  /** What made it; undefined for a pod of nobody. */
  readonly workload: Workload | undefined;
}

export function readPod(pod: Pod): PodFacts {
  const annotations = pod.metadata.annotations ?? {};
  const enforced = conditionOf(pod, POD_CONDITION.enforced);
  const tokens = conditionOf(pod, POD_CONDITION.tokens);
  const credentials = conditionOf(pod, POD_CONDITION.credentials);
  const identity = conditionOf(pod, POD_CONDITION.identity);
  const state = conditionOf(pod, POD_CONDITION.state);
  const loopback = conditionOf(pod, POD_CONDITION.loopbackOnly)?.status;
  const injected = readRecord(pod as unknown as RawPod);
  return {
    pod,
    name: pod.metadata.name,
    ready: isReady(pod),
    // A gate runs before its server, and speaks while the rest of the pod is pending.
    started: pod.status.phase !== 'Pending' || enforced !== undefined,
    gateOf: gateOf(pod),
    injected,
    understands: understandingOf({
      reported: conditionOf(pod, POD_CONDITION.understands)?.message,
      injected: injected?.understands,
      injectedBy: injected?.version,
    }),
    skipped: shown(annotations[ANNOTATION.skipped]),
    asked: annotations[ANNOTATION.revision],
    enforces: revisionIn(enforced?.message),
    policyProblem: enforced?.status === 'False' ? enforced.message : undefined,
    tokenProblem: tokens?.status === 'False' ? tokens.message : undefined,
    credentialProblem: credentials?.status === 'False' ? credentials.message : undefined,
    identity: identity && {
      ready: identity.status === 'True',
      reason: identity.reason ?? '',
      message: escapeControls(identity.message ?? ''),
    },
    state: state && { problem: state.status === 'True' ? undefined : escapeControls(state.message ?? '') },
    certificate: certificateIn(conditionOf(pod, POD_CONDITION.certificate)),
    loopbackOnly: loopback === 'True' ? true : loopback === 'False' ? false : undefined,
    workload: workloadOf(pod),
  };
}

function certificateIn(condition: PodCondition | undefined): CertificateFact | undefined {
  const state = CERTIFICATE_STATES.find((one) => one === condition?.reason);
  return state === undefined ? undefined : { state, message: condition?.message ?? '' };
}

/** Anybody may have written it, and it is printed in terminals. */
function shown(text: string | undefined): string | undefined {
  return text === undefined ? undefined : escapeControls(text.slice(0, 300));
}

/** The sidecar API writes the revision in force at the start of the condition's message, whatever else it has to say. */
export function revisionIn(message: string | undefined): string | undefined {
  return /^sha256:[0-9a-f]{64}/.exec(message ?? '')?.[0];
}
