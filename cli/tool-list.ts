/** What a server says that its tools are: its answer to `tools/list`, or the list in it, as a file. */
import { readFileSync } from 'node:fs';
import { isObject, type JsonObject } from '../core/mcp/message.ts';
import { systemReason, UserError } from './errors.ts';
import { parseJson } from '../core/mcp/parse-json.ts';

export interface ListedTool {
  readonly name: string;
  readonly inputSchema: unknown;
}

export function readTools(file: string): readonly ListedTool[] {
  return readDefinitions(file).map(({ name, inputSchema }) => ({ name: String(name), inputSchema }));
}

/** As the server says them, without what has no name. */
export function readDefinitions(file: string): readonly JsonObject[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read ${file}: ${systemReason(error)}`, 'check the path and its permissions');
  }
  const tools = listIn(parse(file, text));
  if (tools === undefined) {
    throw new UserError(
      `${file} has no list of tools`,
      'save the answer to tools/list there: {"tools": [{"name": …}]}',
    );
  }
  return tools.filter((tool): tool is JsonObject => isObject(tool) && typeof tool['name'] === 'string');
}

function parse(file: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new UserError(`${file} is not JSON: ${(error as Error).message}`, 'save the answer to tools/list there');
  }
}

/** Also of a whole JSON-RPC message, or of a list of these or of pages. */
function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => (isTool(one) ? [one] : (listIn(one) ?? [one])));
  if (!isObject(value)) return undefined;
  const { tools, result } = value as JsonObject & { tools?: unknown; result?: unknown };
  if (Array.isArray(tools)) return tools;
  return result === undefined ? undefined : listIn(result);
}

function isTool(value: unknown): boolean {
  return isObject(value) && value['name'] !== undefined;
}
