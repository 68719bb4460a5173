/**
 * The revisions of every server's policy that gates may have in force: what the operator wrote last, and what it wrote before, as long as
 * a gate may not have heard of the change. Filled from what is stored, so every replica has them, and has them after a restart.
 */
import { sha256 } from '../../core/digest.ts';
import type { Change } from '../kit/store.ts';
import { policyConfigMapName } from '../names.ts';
import { ApprovalRules } from './approval-rules.ts';

export interface WrittenRevision {
  readonly revision: string;
  readonly rules: ApprovalRules;
}

/** What a policy ConfigMap holds: a bundle for each version that gates read. */
export function revisionsIn(data: Readonly<Record<string, string>> | undefined): WrittenRevision[] {
  const written = Object.entries(data ?? {}).flatMap(([key, text]) => {
    const rules = BUNDLE_KEY.test(key) ? ApprovalRules.read(text) : undefined;
    return rules === undefined ? [] : [{ revision: sha256(text), rules }];
  });
  // What gates that are too old get says nothing of votes (the feature `approval.votes`), and it takes as many for their calls.
  const votes = new Map(written.flatMap(({ rules }) => [...rules.votes()]));
  if (votes.size === 0 || written.length === 1) return written;
  return written.map(({ revision, rules }) => ({ revision, rules: rules.withVotes(votes) }));
}

const BUNDLE_KEY = /^bundle(\.v\d+)?\.json$/;

/** Changes within the minute in which the slowest kubelet brings a bundle; a pack that is edited more often is edited by a machine. */
const MAX_REVISIONS = 16;
/** Characters of all that a server is remembered by beyond what is stored: a policy that is large must not be kept sixteen times. */
const MAX_CHARACTERS = 1_000_000;

interface Stored {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly namespace?: string; readonly name: string };
  readonly revisions: readonly WrittenRevision[];
}

export class PolicyRevisions {
  /** By ConfigMap, oldest first. */
  readonly #known = new Map<string, Map<string, ApprovalRules>>();

  /** Of a policy ConfigMap as it is stored now, or was when it went. */
  heard({ type, object }: Pick<Change<Stored>, 'type' | 'object'>): void {
    const key = keyOf(object.metadata.namespace ?? '', object.metadata.name);
    if (type === 'deleted') this.#known.delete(key);
    else this.#add(key, object.revisions);
  }

  rulesOf(namespace: string, server: string, revision: string): ApprovalRules | undefined {
    return this.#known.get(keyOf(namespace, policyConfigMapName(server)))?.get(revision);
  }

  #add(key: string, revisions: readonly WrittenRevision[]): void {
    const known = this.#known.get(key) ?? new Map<string, ApprovalRules>();
    this.#known.set(key, known);
    for (const { revision, rules } of revisions) {
      known.delete(revision);
      known.set(revision, rules);
    }
    let characters = 0;
    for (const { size } of known.values()) characters += size;
    const stored = new Set(revisions.map(({ revision }) => revision));
    for (const [revision, { size }] of known) {
      if ((known.size <= MAX_REVISIONS && characters <= MAX_CHARACTERS) || stored.has(revision)) break;
      known.delete(revision);
      characters -= size;
    }
  }
}

function keyOf(namespace: string, configMap: string): string {
  return `${namespace}/${configMap}`;
}
