/** What is valid in a pack and most likely not meant. Each kind has a section of its name in docs/lints.md. */
import type { PolicyPack } from '../../core/api/policy-pack.ts';

export const LINTS = [
  'pattern-language',
  'yaml-word',
  'contradiction',
  'never-decides',
  'impossible-value',
  'impossible-argument',
  'no-effect',
  'unknown-label',
  'unnamed-tool',
  'nobody-allows',
  'no-such-tool',
  'no-such-argument',
  'argument-type',
] as const;
export type Lint = (typeof LINTS)[number];

export interface LintFinding {
  readonly code: Lint;
  /** From the document. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly mend: string;
}

type Spec = PolicyPack['spec'];
export type ToolRule = NonNullable<Spec['tools']>[number];
export type SaidArguments = NonNullable<ToolRule['arguments']>;
export type SaidArgument = SaidArguments[string];
