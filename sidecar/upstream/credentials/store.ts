/** Who has the values of Secrets: a directory that is mounted, or the documents of a folder. */
export interface SecretStore {
  /** The text under a key, or why there is none, as the end of a sentence about it. It never says what a value is. */
  read(secret: string, key: string): { readonly text: string } | { readonly problem: string };
  /** Another one whenever a value may be another one. */
  readonly version: number;
}

/** Of a gate into which none is mounted. */
export const NO_SECRETS: SecretStore = {
  version: 0,
  read: () => ({ problem: 'is not mounted into this gate; make the pod anew' }),
};
