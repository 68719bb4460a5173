/**
 * What the gate of a pod understands, as a condition of the pod says it: "v2 audit.level wire.keys (gate 0.1.0)". There every operator
 * finds it that comes later. A gate that never said it is of the last release before there was anything to say.
 */
import { OLDEST_UNDERSTANDING, type Understanding } from '../../core/policy/bundle-versions.ts';

export interface GateUnderstanding extends Understanding {
  /** Version of the gate, for people; undefined: it has not said. */
  readonly gate: string | undefined;
}

export function formatUnderstanding({ version, features }: Understanding, gate: string): string {
  return [`v${version}`, ...features.toSorted(), `(gate ${gate})`].join(' ');
}

/** Undefined for anything else than what the function above writes: somebody else wrote it. */
export function parseUnderstanding(message: string | undefined): GateUnderstanding | undefined {
  const [, version, features = '', gate] = /^v(\d{1,4})((?: [\w.-]+)*) \(gate (.*)\)$/.exec(message ?? '') ?? [];
  if (version === undefined) return undefined;
  return { version: Number(version), features: features.split(' ').filter((name) => name !== ''), gate };
}

export interface SaidOfGate {
  /** The message of the condition; undefined: the gate has not reported to an operator that asks for it. */
  readonly reported: string | undefined;
  /** What whoever injected it meant to inject; undefined: nothing, so an operator before there was anything to say. */
  readonly injected: Understanding | undefined;
  /** Version in the record of the injection. */
  readonly injectedBy: string | undefined;
}

/** Its own word counts most: the image may be another one than was meant. */
export function understandingOf({ reported, injected, injectedBy }: SaidOfGate): GateUnderstanding {
  return parseUnderstanding(reported) ?? { ...(injected ?? OLDEST_UNDERSTANDING), gate: injectedBy };
}
