/** The source of a credential, by the kind that the bundle names. */
import type { Clock } from '../../../core/clock.ts';
import type { BundleCredential } from '../../../core/policy/settings/upstream.ts';
import { CommandSource } from './command-source.ts';
import type { SourceFactory } from './credentials.ts';
import { FetchedSource } from './fetched/fetched-source.ts';
import { FileSource } from './file-source.ts';
import type { CredentialSource } from './source.ts';
import type { SecretStore } from './store.ts';
import { StoredSource } from './stored-source.ts';

/** `onProblem` is told in one sentence why a key is not to be had, once for each sentence; it never says what a value is. */
export function sourcesFrom(store: SecretStore, clock: Clock, onProblem: (problem: string) => void): SourceFactory {
  return ({ name, from }: BundleCredential): CredentialSource => {
    if ('secret' in from) return new StoredSource(name, from, store, onProblem);
    if ('file' in from) return new FileSource(name, from.file, onProblem);
    if ('command' in from) return new CommandSource(name, from.command, onProblem);
    return new FetchedSource({ name, said: from, store, clock, onProblem });
  };
}
