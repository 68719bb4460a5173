/** Owner references: whoever owns is deleted, and the garbage collector deletes the rest. */
import type { KubeObject, OwnerReference } from './resource.ts';

export function ownerReference(owner: KubeObject): OwnerReference {
  if (owner.metadata.uid === undefined) {
    throw new Error(
      `${owner.kind} ${owner.metadata.name} has no uid: only an object that the API server returned can own others`,
    );
  }
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The one owner that controls an object, if any. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

/** By uid: a namesake made after the owner was deleted owns nothing of it. */
export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return owner.metadata.uid !== undefined && controllerOf(object)?.uid === owner.metadata.uid;
}
