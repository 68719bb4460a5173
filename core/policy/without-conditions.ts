/** For gates that do not know conditions: what only restricts does so at every call then. */
import type { BundlePack } from './rules/pack.ts';

/** The same pack where nothing that only restricts has a condition. */
export function withoutConditions(pack: BundlePack): BundlePack {
  const { dlp = [], detectors, shadowDetectors, clientRequests, shadowClientRequests = [] } = pack;
  const all = [...dlp, detectors, shadowDetectors, ...clientRequests, ...shadowClientRequests];
  if (all.every((one) => one?.when === undefined)) return pack;
  return {
    ...pack,
    clientRequests: clientRequests.map(always),
    ...(pack.dlp === undefined ? {} : { dlp: dlp.map(always) }),
    ...(detectors === undefined ? {} : { detectors: always(detectors) }),
    ...(shadowDetectors === undefined ? {} : { shadowDetectors: always(shadowDetectors) }),
    ...(pack.shadowClientRequests === undefined ? {} : { shadowClientRequests: shadowClientRequests.map(always) }),
  };
}

function always<T extends { readonly when?: unknown }>({ when: _, ...rest }: T): Omit<T, 'when'> {
  return rest;
}
