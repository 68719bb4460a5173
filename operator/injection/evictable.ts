/**
 * Lets the cluster autoscaler move a pod despite the gate's own volume: an emptyDir keeps a pod on its node for good unless the
 * annotation names it (https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md). For the volumes of others it
 * is not ours to speak: a pod with one of them stays, as it did without a gate.
 */
import { KUBERNETES, VOLUME } from '../names.ts';
import type { RawMetadata } from './pod.ts';

const KEY = KUBERNETES.evictableVolumes;

/** The state of a gate goes with every deletion of its pod; what has to last is witnessed, archived or sent. */
export function addEvictable(metadata: RawMetadata): void {
  const annotations = (metadata.annotations ??= {});
  annotations[KEY] = [...named(annotations[KEY]), VOLUME.state].join(',');
}

/** As it was before `addEvictable`. */
export function removeEvictable({ annotations }: RawMetadata): void {
  const before = annotations?.[KEY];
  if (annotations === undefined || before === undefined || !named(before, true).includes(VOLUME.state)) return;
  const rest = named(before);
  if (rest.length === 0) delete annotations[KEY];
  else annotations[KEY] = rest.join(',');
}

function named(list: string | undefined, ours = false): string[] {
  return (list ?? '').split(',').filter((name) => name !== '' && (ours || name !== VOLUME.state));
}
