/** Read your writes: what we wrote last of each object, so that a cache that lags behind is not taken for the truth. */
import { compareResourceVersions, type KubeObject } from './resource.ts';

export class OwnWrites {
  /** By uid. */
  readonly #versions = new Map<string, string>();

  /** The object as the API server answered a write of ours. */
  remember({ metadata }: KubeObject): void {
    if (metadata.uid !== undefined && metadata.resourceVersion !== undefined) {
      this.#versions.set(metadata.uid, metadata.resourceVersion);
    }
  }

  /** Whether an object out of a cache is at least as new as our last write of it. */
  isSeenIn({ metadata }: KubeObject): boolean {
    const written = this.#versions.get(metadata.uid ?? '');
    if (written === undefined) return true;
    if (compareResourceVersions(metadata.resourceVersion ?? '', written) < 0) return false;
    this.#versions.delete(metadata.uid ?? '');
    return true;
  }

  forget(uid: string | undefined): void {
    this.#versions.delete(uid ?? '');
  }
}
