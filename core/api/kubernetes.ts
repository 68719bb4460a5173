/**
 * What a schema says to the API server alone, carried by `.meta()` into the CRDs: rules in CEL, the types of lists and mappings.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
 */

/** Stands beside the refinement that says the same to everybody else. `self` is the value, `oldSelf` the one it replaces. */
export interface CelRule {
  rule: string;
  message: string;
}

export function cel(...rules: CelRule[]) {
  return { 'x-kubernetes-validations': rules };
}

/** A pattern for the keys of a mapping, for which a schema of the API server has no keyword. */
export function celKeys(pattern: RegExp, maxLength: number, message: string) {
  return cel({ rule: `self.all(key, size(key) <= ${maxLength} && key.matches(r'${pattern.source}'))`, message });
}

/** Entries are told apart by one field: two writers each keep their own, and no two are equal in it. */
export function listBy(key: string) {
  return { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] };
}

/** One value: whoever applies a selector says all of it, as with the selectors of Kubernetes itself. */
export const ATOMIC_MAP = { 'x-kubernetes-map-type': 'atomic' };

export const INT_OR_STRING = { 'x-kubernetes-int-or-string': true };
