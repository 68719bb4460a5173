/** Every type of argument that a rule on tools can name: one file each, and one line here. */
import type { ArgumentType } from './argument-type.ts';
import { path } from './path.ts';
import { PLAIN_TYPES } from './plain.ts';

export const ARGUMENT_TYPES = {
  path,
  ...PLAIN_TYPES,
} as const satisfies Record<string, ArgumentType>;

export type ArgumentTypeName = keyof typeof ARGUMENT_TYPES;
