/** The narrowest that a rule can say of an argument and that all holds for which was seen of it. */
import { SQL_KINDS } from '../../inspect/sql/kinds.ts';
import { outermost } from './folders.ts';
import type { ObservedValue } from './observed-value.ts';

/** As in a pack: the type, and what goes with it. */
export type SaidCheck = Readonly<Record<string, unknown>> & { readonly type: string };

/** Holds relative paths that do not climb, and nothing that anybody has. */
const NOWHERE = '/only-relative-paths';

/** Undefined: nothing can be said. `required`: every call had it. */
export function checkFor(value: ObservedValue, required: boolean): SaidCheck | undefined {
  const said = checkOf(value);
  if (said === undefined) return required ? { type: 'any', required: true } : undefined;
  return required ? { ...said, required: true } : said;
}

function checkOf(value: ObservedValue): SaidCheck | undefined {
  const [type, ...others] = value.types;
  if (type === undefined || others.length > 0) return undefined;
  if (type === 'number') return { type: value.whole ? 'integer' : 'number', min: value.min, max: value.max };
  if (type !== 'string') return { type };
  return value.textShapes.size === 1 ? checkOfText(value) : lengthOnly(value);
}

function lengthOnly({ textShapes, chars }: ObservedValue): SaidCheck {
  // Of paths, URLs and hosts the length is not kept.
  const isKnown = ['path', 'url', 'host'].every((one) => !textShapes.has(one as 'path'));
  return isKnown ? { type: 'string', maxLength: chars } : { type: 'string' };
}

function checkOfText(value: ObservedValue): SaidCheck {
  const { textShapes, chars, taken, hasFound } = value;
  const [shape] = textShapes;
  switch (shape) {
    case 'value':
      return value.words.all === undefined ? lengthOnly(value) : { type: 'string', enum: value.words.all };
    case 'path':
      return checkOfPaths(value);
    case 'url':
      return {
        type: 'url',
        ...whereTo(value),
        ...(value.schemes.all === undefined ? {} : { schemes: value.schemes.all }),
      };
    case 'host':
      return { type: 'host', ...whereTo(value) };
    case 'shell':
      return {
        type: 'shell',
        ...(value.programs.all === undefined ? {} : { programs: value.programs.all }),
      };
    case 'sql':
      return checkOfSql(value);
    default: {
      const isIdentifier = taken.size === 1 && taken.has('identifier') && !hasFound;
      return { type: isIdentifier ? 'identifier' : 'string', maxLength: chars };
    }
  }
}

function checkOfPaths({ folders: { all } }: ObservedValue): SaidCheck {
  if (all === undefined) return { type: 'string' };
  const roots = outermost(all.filter((folder) => folder.startsWith('/')));
  return { type: 'path', roots: roots.length === 0 ? [NOWHERE] : roots };
}

/** A host that leads inside is allowed where it is named. */
function whereTo({ hosts, ports, hasDefaultPort }: ObservedValue): Record<string, unknown> {
  const numbers = hasDefaultPort ? undefined : ports.all?.map(Number);
  return {
    ...(hosts.all === undefined ? {} : { hosts: hosts.all }),
    ...(numbers === undefined || numbers.length === 0 ? {} : { ports: numbers.toSorted((a, b) => a - b) }),
  };
}

function checkOfSql({ statements, tables }: ObservedValue): SaidCheck {
  const known = new Set<string>(SQL_KINDS);
  const kinds = statements.all?.filter((kind) => known.has(kind)) ?? [];
  return {
    type: 'sql',
    ...(kinds.length === 0 ? {} : { statements: kinds }),
    ...(tables.all === undefined || tables.all.length === 0 ? {} : { tables: tables.all }),
  };
}
