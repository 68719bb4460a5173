/** What of an answer a traffic log keeps: of what kind it is, how large, and what was found in it. */
import type { Work } from '../inspect/content/work.ts';
import { isObject } from '../mcp/message.ts';
import { foundIn, NOT_LOOKED_AT } from './found-in.ts';
import type { ResultShape } from './line.ts';

const MAX_TEXTS = 256;
const MAX_DEPTH = 8;
/** UTF-16 units of one text that are looked at. */
const LONGEST = 16_384;

export function shapeOfError(code: unknown, bytes: number): ResultShape {
  return { isError: true, blocks: [], count: 0, bytes, error: typeof code === 'number' ? code : 0 };
}

/** `result`: undefined where it is too large to be looked at. */
export function shapeOfResult(result: unknown, bytes: number, work: Work): ResultShape {
  if (!isObject(result)) return { isError: false, blocks: [], count: 0, bytes, found: [NOT_LOOKED_AT] };
  const blocks = blocksIn(result);
  const texts: string[] = [];
  textsIn(blocks.length > 0 ? blocks : result, texts, 0);
  const found = new Set(texts.flatMap((text) => foundIn(text.slice(0, LONGEST), undefined, work)));
  if (texts.length === MAX_TEXTS || texts.some(({ length }) => length > LONGEST)) found.add(NOT_LOOKED_AT);
  return {
    isError: result['isError'] === true,
    blocks: [...new Set(blocks.map(typeOf))].toSorted(),
    count: blocks.length,
    bytes,
    ...(found.size === 0 ? {} : { found: [...found].toSorted() }),
  };
}

/** Of tools, resources and prompts. */
function blocksIn({ content, contents, messages }: Readonly<Record<string, unknown>>): readonly unknown[] {
  for (const list of [content, contents, messages]) if (Array.isArray(list)) return list as unknown[];
  return [];
}

const TYPES = new Set(['text', 'image', 'audio', 'resource', 'resource_link', 'tool_use', 'tool_result']);

function typeOf(block: unknown): string {
  if (!isObject(block)) return 'other';
  const of = isObject(block['content']) ? block['content'] : block;
  const type = of['type'] ?? ('text' in of ? 'text' : 'blob' in of ? 'resource' : undefined);
  return typeof type === 'string' && TYPES.has(type) ? type : 'other';
}

function textsIn(value: unknown, texts: string[], depth: number): void {
  if (texts.length === MAX_TEXTS || depth > MAX_DEPTH) return;
  if (typeof value === 'string') texts.push(value);
  else if (Array.isArray(value)) for (const one of value) textsIn(one, texts, depth + 1);
  else if (isObject(value)) for (const one of Object.values(value)) textsIn(one, texts, depth + 1);
}
