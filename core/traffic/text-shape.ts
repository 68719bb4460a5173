/** The shape of one text: what its parameter is taken for decides what of it is kept. Read as the detectors read it, so that no spelling is one thing here and another there. */
import { lengthClass } from './classes.ts';
import { foundIn, NOT_LOOKED_AT } from './found-in.ts';
import { shapeOfHost } from './host-shape.ts';
import { shapeOfPath } from './path-shape.ts';
import type { Work } from '../inspect/content/work.ts';
import { isSafeWord } from './safe-words.ts';
import { shapeOfShell, shapeOfSql } from './language-shapes.ts';
import type { LeafShape, TextShape } from './shape.ts';
import { defaultDetector, type ReadOnce } from '../inspect/typing/defaults.ts';
import { inferType } from '../inspect/typing/infer.ts';
import type { ParameterType } from '../inspect/typing/parameter-types.ts';

export interface Place {
  /** Of the nearest member of an object. */
  readonly name: string;
  /** Its part of the tool's `inputSchema`; undefined where nobody has it. */
  readonly schema: unknown;
  readonly tool: string | undefined;
  /** It is to be written as it is, as far as nothing forbids that. */
  readonly isFull: boolean;
}

/** In UTF-16 units: of a longer text nothing but its length is told. */
const LONGEST_LOOKED_AT = 16_384;
const LONGEST_FULL = 1_024;
const readNow: ReadOnce = (reader, value) => reader(value);

export function shapeOfText(text: string, place: Place, work: Work): LeafShape {
  const { name, schema, isFull } = place;
  const type = typeOf(text, place);
  const plain = { is: 'text', chars: lengthClass(text), ...(type === undefined ? {} : { type }) } as const;
  if (type === 'secret') return plain;
  if (text.length > LONGEST_LOOKED_AT) return { ...plain, found: [NOT_LOOKED_AT] };
  const found = foundIn(text, name, work);
  // Where it leads is what a rule wants to know, also where few are meant to go.
  const host = found.length === 0 && (type === 'url' || type === 'host') ? shapeOfHost(text, type) : undefined;
  if (host !== undefined && !isFull) return host;
  const odd = type === undefined ? undefined : defaultDetector(type)?.(text, readNow);
  if (odd !== undefined) found.push(`${odd.detector}/${odd.reason}`);
  if (found.length > 0) return { ...plain, found };
  if (isFull && text.length <= LONGEST_FULL) return { is: 'value', value: text };
  if (isSafeWord(text, name, schema)) return { is: 'value', value: text };
  return (type === undefined ? undefined : shapeOfType(text, type, work)) ?? plain;
}

/** `source` is code to one tool and a path to another. */
function typeOf(text: string, { name, schema, tool }: Place): ParameterType | undefined {
  const inferred = inferType({ name, schema, tool })?.type;
  return inferred === undefined || inferred === 'code' ? (looksLike(text) ?? inferred) : inferred;
}

function looksLike(text: string): ParameterType | undefined {
  if (/^[a-z][a-z0-9+.-]{0,15}:\/\/[^/]/.test(text)) return 'url';
  return /^\/[^/\s]\S*$/.test(text) ? 'path' : undefined;
}

function shapeOfType(text: string, type: ParameterType, work: Work): Exclude<LeafShape, TextShape> | undefined {
  switch (type) {
    case 'path':
      return shapeOfPath(text, work);
    case 'shell':
      return shapeOfShell(text);
    case 'sql':
      return shapeOfSql(text);
    default:
      return undefined;
  }
}
