/**
 * Whether an approval that was asked for by one definition is good for a call by another; both are digests, or undefined where no list has
 * had the tool: a gate that has just begun knows of none, and its clients have seen none through it. What is not known has not changed.
 */
export function isSameDefinition(asked: string | undefined, now: string | undefined): boolean {
  return asked === undefined || now === undefined || asked === now;
}
