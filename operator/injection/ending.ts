/** How a gate ends within the time that its pod has to end in. Pure. */
import type { RawPod } from './pod.ts';

/** What of a pod decides how its gate ends; written down with what was injected, where it is not what most pods have. */
export interface PodEnding {
  /** Seconds that the pod has from its deletion to SIGKILL, 0 or more; undefined: as many as a gate needs, or more. */
  readonly graceSeconds?: number | undefined;
  /** The pod ends when its work is done, as those of Jobs do. */
  readonly completes?: boolean | undefined;
}

/** The default of Kubernetes, and what a gate's own defaults fit into: 5 s until no endpoint leads to it, 20 s for calls, 5 s to close. */
const ENOUGH_SECONDS = 30;

/** A pod comes to a webhook with its defaults filled in, so whether somebody chose 30 seconds cannot be told, nor need be. */
export function endingOf({ spec }: RawPod): PodEnding {
  const { terminationGracePeriodSeconds: grace, restartPolicy } = spec as {
    terminationGracePeriodSeconds?: unknown;
    restartPolicy?: unknown;
  };
  return {
    ...(typeof grace === 'number' && grace < ENOUGH_SECONDS ? { graceSeconds: Math.max(0, grace) } : {}),
    ...(restartPolicy === 'Never' || restartPolicy === 'OnFailure' ? { completes: true } : {}),
  };
}

/**
 * Variables of the gate. A shorter time is shared out as the whole 30 seconds are (1 : 4 : 1), so that the kubelet never kills a gate
 * that is writing the end of its audit log; none for the pods that most are. The pod's own time is never changed: somebody chose it.
 */
export function endingEnv({ graceSeconds, completes }: PodEnding): { name: string; value: string }[] {
  const times =
    graceSeconds === undefined
      ? []
      : [
          { name: 'SALLYPORT_DRAIN_DELAY', value: share(graceSeconds, 1) },
          { name: 'SALLYPORT_DRAIN', value: share(graceSeconds, 4) },
          { name: 'SALLYPORT_END_WITHIN', value: share(graceSeconds, 1) },
        ];
  return completes === true ? [...times, { name: 'SALLYPORT_DRAIN_WITH_SERVER', value: 'true' }] : times;
}

function share(graceSeconds: number, sixths: number): string {
  return `${Math.floor((graceSeconds * 1000 * sixths) / 6)}ms`;
}
