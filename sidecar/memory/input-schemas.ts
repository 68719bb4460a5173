/**
 * The `inputSchema` and `outputSchema` of each tool, as the server listed it last, to anybody, and what a person is told of it. They are
 * made ready when they are asked for first, since most tools that are listed are not called.
 */
import { hash } from 'node:crypto';
import { cardOf, type DefinitionCard } from '../../core/inspect/definitions/card.ts';
import { withFormats } from '../../core/inspect/input-schema/placeholders.ts';
import { type InputSchema, prepareSchema } from '../../core/inspect/input-schema/prepare.ts';
import { parseStrictJson } from '../../core/mcp/json.ts';
import { isObject } from '../../core/mcp/message.ts';

/** Of all definitions together, in bytes of their text: several times what any list has. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Of one. The largest that was looked at has 60 KB. */
const MAX_DEFINITION_BYTES = 256 * 1024;

interface Listed {
  readonly digest: string;
  readonly size: number;
  /** The text of the definition, until it is asked for. */
  text: Buffer | undefined;
  prepared: Schemas | undefined;
}

interface Schemas {
  readonly input: InputSchema | undefined;
  readonly output: InputSchema | undefined;
  readonly card: DefinitionCard | undefined;
}

export class InputSchemas {
  readonly #byTool = new Map<string, Listed>();
  #bytes = 0;

  /** `definition`: JSON text of the tool, with its name. */
  listed(tool: string, definition: Buffer): void {
    const digest = hash('sha256', definition, 'base64');
    const known = this.#byTool.get(tool);
    if (known?.digest === digest) return;
    this.#forget(tool);
    const isTooLarge = definition.length > MAX_DEFINITION_BYTES;
    const size = isTooLarge ? 0 : definition.length;
    // A copy: the answer that it came in is not kept for it.
    const text = isTooLarge ? undefined : Buffer.from(definition);
    this.#byTool.set(tool, { digest, size, text, prepared: isTooLarge ? TOO_LARGE : undefined });
    this.#bytes += size;
    for (const oldest of this.#byTool.keys()) {
      if (this.#bytes <= MAX_BYTES && this.#byTool.size <= MAX_TOOLS) break;
      this.#forget(oldest);
    }
  }

  /** Undefined where the tool was not listed, or has no schema. */
  of(tool: string): InputSchema | undefined {
    return this.#preparedOf(tool)?.input;
  }

  /** Of results, in which a placeholder fits no `format`. Undefined where the tool has none; `unlisted`: nobody knows. */
  outputOf(tool: string): InputSchema | 'unlisted' | undefined {
    const prepared = this.#preparedOf(tool);
    return prepared === undefined ? 'unlisted' : prepared.output;
  }

  /** Undefined where the tool was not listed, or cannot be read in one way only. */
  cardOf(tool: string): DefinitionCard | undefined {
    return this.#preparedOf(tool)?.card;
  }

  #preparedOf(tool: string): Schemas | undefined {
    const listed = this.#byTool.get(tool);
    if (listed?.text !== undefined) {
      listed.prepared = read(tool, listed.text);
      listed.text = undefined;
    }
    return listed?.prepared;
  }

  #forget(tool: string): void {
    this.#bytes -= this.#byTool.get(tool)?.size ?? 0;
    this.#byTool.delete(tool);
  }
}

const MAX_TOOLS = 10_000;
const TOO_LARGE: Schemas = both({ problem: 'its definition is larger than 256 KiB' });

function both(schema: InputSchema): Schemas {
  return { input: schema, output: schema, card: undefined };
}

function read(tool: string, definition: Buffer): Schemas {
  const json = parseStrictJson(definition, { caseSensitiveKeys: true });
  if (!json.ok || !isObject(json.value)) return both({ problem: 'its definition cannot be read in one way only' });
  const { inputSchema, outputSchema } = json.value;
  return {
    input: inputSchema === undefined ? undefined : prepareSchema(inputSchema),
    output: outputSchema === undefined ? undefined : prepareSchema(withFormats(outputSchema)),
    card: cardOf(tool, json.value),
  };
}
