/** What an object that we own says, as one digest: by it what is there is compared with what is wanted, for kinds of every sort. */
import { canonicalJson } from '../core/canonical-json.ts';
import { sha256 } from '../core/digest.ts';
import type { Labels } from './labels.ts';
import { LABEL } from './names.ts';

interface Written {
  readonly metadata: {
    readonly labels?: Labels;
    readonly ownerReferences?: readonly { readonly uid: string; readonly controller?: boolean }[];
  };
  readonly [field: string]: unknown;
}

/**
 * Everything but the status, which is others' to write, and of the metadata what makes it ours. Not `metadata.generation`, by which
 * changes of a spec could be told as well: ConfigMaps and Services have none.
 */
export function contentDigest(object: object): string {
  const { apiVersion: _, kind: __, status: ___, metadata, ...content } = object as Written;
  const { labels = {}, ownerReferences = [] } = metadata;
  const owner = ownerReferences.find(({ controller }) => controller === true)?.uid ?? null;
  const marks = [LABEL.server, LABEL.managedBy].map((key) => labels[key] ?? null);
  return sha256(canonicalJson({ content, owner, marks }));
}
