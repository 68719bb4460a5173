/** Every type of argument that a bundle can have: one file each, and one line here. */
import * as z from 'zod';
import type { SaidArgument } from '../../../api/rules/arguments/of-type.ts';
import type { ArgumentTypeName } from '../../../api/rules/arguments/types.ts';
import type { ArgumentCheck, ArgumentType } from './argument-type.ts';
import { compileConstraints, ConstrainedArgument, constraintsSchema } from './constraints.ts';
import { identifierArgument } from './identifier.ts';
import { pathArgument } from './path.ts';
import { plainArguments } from './plain.ts';
import { shellArgument } from './shell.ts';
import { sqlArgument } from './sql.ts';
import { hostArgument, urlArgument } from './url.ts';

const TYPES = {
  path: pathArgument,
  url: urlArgument,
  host: hostArgument,
  sql: sqlArgument,
  shell: shellArgument,
  identifier: identifierArgument,
  ...plainArguments,
} as const satisfies { readonly [Name in ArgumentTypeName]: unknown };

type Schema = (typeof TYPES)[ArgumentTypeName]['schema'];

/** The feature `arguments.constraints`. */
const COMMON = { constraints: constraintsSchema.exactOptional() };

type Extended = WithCommon<Schema>;
type WithCommon<One> =
  One extends z.ZodObject<infer Shape, infer Config> ? z.ZodObject<Shape & typeof COMMON, Config> : never;

export const argumentSchema = z.discriminatedUnion(
  'type',
  Object.values(TYPES).map(({ schema }) => schema.extend(COMMON)) as unknown as [Extended, ...Extended[]],
);
export type BundleArgument = z.infer<typeof argumentSchema>;

const BY_NAME: { readonly [Name in ArgumentTypeName]: ArgumentType<Schema> } = TYPES;

export function compileArgument(said: SaidArgument): BundleArgument {
  const constraints = compileConstraints(said);
  const compiled = BY_NAME[said.type].compile(said);
  return constraints === undefined ? compiled : { ...compiled, constraints };
}

export function prepareArgument({ constraints, ...own }: BundleArgument): ArgumentCheck {
  const check = BY_NAME[own.type].prepare(own);
  return constraints === undefined ? check : new ConstrainedArgument(check, constraints);
}
