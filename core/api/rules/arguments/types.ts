/** Every type of argument that a rule on tools can name: one file each, and one line here. */
import type { ArgumentType } from './argument-type.ts';
import { identifier } from './identifier.ts';
import { path } from './path.ts';
import { PLAIN_TYPES } from './plain.ts';
import { shell } from './shell.ts';
import { sql } from './sql.ts';
import { host, url } from './url.ts';

export const ARGUMENT_TYPES = {
  path,
  url,
  host,
  sql,
  shell,
  identifier,
  ...PLAIN_TYPES,
} as const satisfies Record<string, ArgumentType>;

export type ArgumentTypeName = keyof typeof ARGUMENT_TYPES;
