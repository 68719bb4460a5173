/** Every type of argument that a bundle can have: one file each, and one line here. */
import * as z from 'zod';
import type { SaidArgument } from '../../../api/rules/arguments/of-type.ts';
import type { ArgumentTypeName } from '../../../api/rules/arguments/types.ts';
import type { ArgumentCheck, ArgumentType } from './argument-type.ts';
import { pathArgument } from './path.ts';
import { sqlArgument } from './sql.ts';
import { hostArgument, urlArgument } from './url.ts';

const TYPES = {
  path: pathArgument,
  url: urlArgument,
  host: hostArgument,
  sql: sqlArgument,
} as const satisfies { readonly [Name in ArgumentTypeName]: unknown };

type Schema = (typeof TYPES)[ArgumentTypeName]['schema'];

export const argumentSchema = z.discriminatedUnion(
  'type',
  Object.values(TYPES).map(({ schema }) => schema) as [Schema, ...Schema[]],
);
export type BundleArgument = z.infer<typeof argumentSchema>;

const BY_NAME: { readonly [Name in ArgumentTypeName]: ArgumentType<Schema> } = TYPES;

export function compileArgument(said: SaidArgument): BundleArgument {
  return BY_NAME[said.type].compile(said);
}

export function prepareArgument(check: BundleArgument): ArgumentCheck {
  return BY_NAME[check.type].prepare(check);
}
