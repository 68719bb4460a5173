/** The schema of one argument: the fields of all types side by side, since a CRD knows no unions, and what goes with which type. */
import * as z from 'zod';
import { cel } from '../../kubernetes.ts';
import { modeSchema } from '../../modes.ts';
import type { ArgumentType } from './argument-type.ts';
import { checkContradictions, CONTRADICTIONS, OF_ANY, OF_NUMBERS, OF_TEXTS } from './constraints.ts';
import { ARGUMENT_TYPES, type ArgumentTypeName } from './types.ts';

type Both<Union> = (Union extends unknown ? (of: Union) => void : never) extends (of: infer All) => void ? All : never;
type OwnFields = Both<(typeof ARGUMENT_TYPES)[ArgumentTypeName]['fields']>;

const TYPES = Object.entries<ArgumentType>(ARGUMENT_TYPES);
const NAMES = Object.keys(ARGUMENT_TYPES) as [ArgumentTypeName, ...ArgumentTypeName[]];
const OWN_FIELDS = Object.assign({}, ...TYPES.map(([, { fields }]) => fields)) as OwnFields;
const FIELDS = { ...OWN_FIELDS, ...OF_ANY, ...OF_TEXTS, ...OF_NUMBERS };

const CONSTRAINTS = { texts: OF_TEXTS, numbers: OF_NUMBERS, any: { ...OF_TEXTS, ...OF_NUMBERS }, others: {} };

/** All that goes with a type beside its name and mode. */
export function fieldsOf({ fields, values = 'texts' }: ArgumentType): Readonly<Record<string, z.ZodOptional>> {
  return { ...fields, ...OF_ANY, ...CONSTRAINTS[values] };
}

export const argumentSchema = z
  .strictObject({
    type: z.enum(NAMES).describe(`What the argument is: ${TYPES.map(([, { what }]) => what).join('; ')}. Required.`),
    mode: modeSchema('the check'),
    ...FIELDS,
  })
  // `when`: also where something else is wrong, so that one run names it all.
  .superRefine(checkFields, { when: () => true })
  .meta(cel(...rulesOfTypes()));

/** As it is written in a pack: which fields are there depends on the type. */
export type SaidArgument = z.infer<typeof argumentSchema>;

function typesWith(field: string): string[] {
  return TYPES.filter(([, type]) => Object.hasOwn(fieldsOf(type), field)).map(([name]) => name);
}

function belongs(field: string): string {
  return `goes with the type ${typesWith(field).join(', ')} only; remove it, or write another type`;
}

function checkFields(argument: unknown, ctx: z.RefinementCtx): void {
  if (typeof argument !== 'object' || argument === null) return;
  const said = argument as Readonly<Record<string, unknown>>;
  const type = TYPES.find(([name]) => name === said['type'])?.[1];
  if (type === undefined) return;
  for (const field of type.required) {
    if (said[field] === undefined) ctx.addIssue({ code: 'custom', path: [field], message: 'is missing' });
  }
  const fields = fieldsOf(type);
  for (const field of Object.keys(FIELDS)) {
    if (said[field] === undefined || Object.hasOwn(fields, field)) continue;
    ctx.addIssue({ code: 'custom', path: [field], message: belongs(field) });
  }
  checkContradictions(said, ctx);
}

/** The same for an API server. */
function rulesOfTypes() {
  const required = TYPES.flatMap(([name, { required: fields }]) =>
    fields.map((field) => ({
      rule: `self.type != '${name}' || has(self.${field})`,
      message: `${field} is missing; the type ${name} needs it`,
    })),
  );
  const misplaced = Object.keys(FIELDS)
    .filter((field) => typesWith(field).length < TYPES.length)
    .map((field) => ({
      rule: `!has(self.${field}) || self.type in [${typesWith(field)
        .map((name) => `'${name}'`)
        .join(', ')}]`,
      message: `${field} ${belongs(field)}`,
    }));
  return [...required, ...misplaced, ...CONTRADICTIONS];
}
