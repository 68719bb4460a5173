/** `/inject`: pods that are about to be created. */
import type { Logger } from 'pino';
import { inject, type Injection, type InjectionContext } from '../injection/inject.ts';
import { labelsOf, type RawPod } from '../injection/pod.ts';
import { REFUSE_REASONS, SKIP_REASONS } from '../injection/verdict.ts';
import { type AdmissionHandler, subjectOf } from './review.ts';

export interface InjectLookups {
  readonly settings: InjectionContext['settings'];
  /** The servers of a namespace that may claim a pod with these labels, or more of them: from an index, for it is asked for every pod. */
  readonly servers: (namespace: string, labels: Readonly<Record<string, string>>) => InjectionContext['servers'];
  /** A namespace may be younger than any cache, so this may have to ask. */
  readonly namespaceLabels: (
    namespace: string,
  ) => InjectionContext['namespaceLabels'] | Promise<InjectionContext['namespaceLabels']>;
  /**
   * The same from the API server. Asked before it is said that nobody selects a pod: a server that was applied together with its
   * Deployment may not have reached the cache, and a pod let in without a gate stays without.
   */
  readonly newestServers?: (
    namespace: string,
    labels: Readonly<Record<string, string>>,
  ) => Promise<InjectionContext['servers']>;
  /** A pod of these labels, of the namespace, that carries the gate of a server which is gone. */
  readonly orphan?: (namespace: string, labels: Readonly<Record<string, string>>) => InjectionContext['orphan'];
  /** Servers of the namespace whose targets are not found. */
  readonly lost?: (namespace: string) => InjectionContext['lost'];
  readonly log: Logger;
}

const NOT_A_NEW_POD = 'not-a-new-pod';

export function injectHandler(lookups: InjectLookups): AdmissionHandler {
  return {
    reasons: {
      // What was done or noted before needs no patch the second time.
      allowed: [NOT_A_NEW_POD, 'injected', ...SKIP_REASONS],
      patched: ['injected', 'opted-out', 'no-server'],
      refused: REFUSE_REASONS,
    },
    async answer(request) {
      const { kind, operation, subResource = '', object, namespace, dryRun = false } = request;
      const isNewPod = kind.kind === 'Pod' && kind.group === '' && operation === 'CREATE' && subResource === '';
      if (!isNewPod || object === null || object === undefined || namespace === undefined) {
        return { allowed: true, reason: NOT_A_NEW_POD };
      }
      const pod = object as unknown as RawPod;
      const { verdict, patch } = await injectByNewest(pod, namespace, lookups);
      if (verdict.kind === 'inject') {
        const server = verdict.server.metadata.name;
        lookups.log.info({ pod: subjectOf(request), server, changes: patch.length, dryRun }, 'sidecar injected');
        return { allowed: true, reason: 'injected', patch };
      }
      const { reason, message } = verdict;
      if (verdict.kind === 'skip') {
        lookups.log.debug({ pod: subjectOf(request), reason, dryRun }, 'no sidecar');
        return { allowed: true, reason, patch };
      }
      lookups.log.warn({ pod: subjectOf(request), reason, problem: message, dryRun }, 'pod refused');
      return { allowed: false, reason, message: `no gate can be put into ${subjectOf(request)}: ${message}` };
    },
  };
}

async function injectByNewest(pod: RawPod, namespace: string, lookups: InjectLookups): Promise<Injection> {
  const context = {
    namespace,
    namespaceLabels: await lookups.namespaceLabels(namespace),
    servers: lookups.servers(namespace, labelsOf(pod)),
    settings: lookups.settings,
  };
  const injection = inject(pod, context);
  const { verdict } = injection;
  const isUnclaimed = verdict.kind !== 'inject' && (verdict.reason === 'no-server' || verdict.reason === 'unclaimed');
  if (!isUnclaimed) return injection;
  const servers = (await lookups.newestServers?.(namespace, labelsOf(pod))) ?? [];
  const orphan = lookups.orphan?.(namespace, labelsOf(pod));
  return inject(pod, { ...context, servers, orphan, lost: lookups.lost?.(namespace) ?? [] });
}
