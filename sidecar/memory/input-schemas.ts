/**
 * The `inputSchema` of each tool, as the server listed it last, to anybody. It is made ready when a call is held against it first, since
 * most tools that are listed are not called.
 */
import { hash } from 'node:crypto';
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
  prepared: InputSchema | undefined;
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
    const listed = this.#byTool.get(tool);
    if (listed?.text !== undefined) {
      listed.prepared = read(listed.text);
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
const TOO_LARGE: InputSchema = { problem: 'its definition is larger than 256 KiB' };

function read(definition: Buffer): InputSchema | undefined {
  const json = parseStrictJson(definition, { caseSensitiveKeys: true });
  if (!json.ok || !isObject(json.value)) return { problem: 'its definition cannot be read in one way only' };
  const { inputSchema } = json.value;
  return inputSchema === undefined ? undefined : prepareSchema(inputSchema);
}
