/** What a gate knows of its cluster without any right in its API: the keys beside its policy, and an operator that can be asked. */
import type { ServiceAccountKeys } from '../../../core/service-account-keys.ts';

/** What the API server says of a token. */
export type Review =
  | { readonly kind: 'good'; readonly username: string }
  /** `why`: for whoever has sent it. */
  | { readonly kind: 'refused'; readonly why: string };

export interface Cluster {
  /** Another object as soon as the file is another one; undefined: there never was one that could be read. */
  mirrored(): ServiceAccountKeys | undefined;
  /** As the API server has them now. Rejects with a sentence where nobody can be asked. */
  keys(): Promise<ServiceAccountKeys>;
  /** Whether the API server still takes this token for this server. Rejects likewise. */
  review(token: string): Promise<Review>;
}

/** A gate outside of any cluster. */
export const NO_CLUSTER: Cluster = {
  mirrored: () => undefined,
  keys: () => Promise.reject(new Error('there is no operator to ask')),
  review: () => Promise.reject(new Error('there is no operator to ask')),
};
