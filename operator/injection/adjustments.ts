/** What others have set on our sidecar since we rendered the very same, and what of it stays. Pure. */
import { isInjected, type RawPod, sidecarOf } from './pod.ts';
import { type InjectionRecord, readRecord } from './record.ts';
import type { Overlay } from './render.ts';

interface Now {
  readonly record: InjectionRecord;
  /** Repositories that the image may have been rewritten to. */
  readonly repositories: readonly string[];
}

/**
 * A LimitRange's or an autoscaler's resources and the pull policy of AlwaysPullImages, both of which the API server insists on
 * afterwards; and the image of a registry mirror, whose webhook need not be asked again after us. Anything else that was added to the
 * gate goes.
 */
export function keepAdjustments(overlay: Overlay, written: RawPod, { record, repositories }: Now): Overlay {
  const before = isInjected(written) ? sidecarOf(written) : undefined;
  if (before === undefined || readRecord(written)?.settings !== record.settings) return overlay;
  const { resources = overlay.container['resources'], imagePullPolicy } = before;
  const wanted = String(overlay.container['image']);
  const image = isMirrored(before['image'], wanted, repositories) ? before['image'] : wanted;
  const kept = { image, resources, ...(imagePullPolicy === 'Always' ? { imagePullPolicy } : {}) };
  return { ...overlay, container: { ...overlay.container, ...kept } };
}

/**
 * The same tag or digest from a repository that the chart was told of. Another tag or digest would be another gate, such as an old one
 * with a known hole: whoever may create pods can write all that is looked at here.
 */
function isMirrored(image: unknown, wanted: string, repositories: readonly string[]): boolean {
  const version = versionOf(wanted);
  return version !== '' && repositories.some((repository) => image === repository + version);
}

/** `:1.2` or `@sha256:…` at the end of an image's name; the colon of a registry's port stands before a slash. */
function versionOf(image: string): string {
  const name = image.lastIndexOf('/') + 1;
  const [digest, tag] = [image.indexOf('@', name), image.indexOf(':', name)];
  const start = tag !== -1 && (digest === -1 || tag < digest) ? tag : digest;
  return start === -1 ? '' : image.slice(start);
}
