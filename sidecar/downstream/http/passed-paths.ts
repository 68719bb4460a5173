/** Which paths pass beside MCP, from the environment of the gate. */
import { leadsToMcp, type PassedPath, passthroughSchema } from '../../../core/api/passthrough.ts';

/** By path. */
export type Passthrough = ReadonlyMap<string, PassedPath>;

export const NOTHING_PASSES: Passthrough = new Map();

/** Of the variable `name`; throws an Error that names it. What the kinds refuse is refused once more: it would go around policy. */
export function readPassthrough(name: string, text: string | undefined, upstream: string): Passthrough {
  if (text === undefined || text === '') return NOTHING_PASSES;
  const parsed = passthroughSchema.safeParse(jsonOf(text));
  if (!parsed.success) throw new Error(`${name} is not a list of paths: ${parsed.error.issues[0]?.message}`);
  const { pathname } = new URL(upstream);
  const wrong = parsed.data.find(({ path }) => leadsToMcp(path, pathname));
  if (wrong !== undefined) throw new Error(`${name} names ${wrong.path}, which is at or below the MCP endpoint`);
  return new Map(parsed.data.map((passed) => [passed.path, passed]));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
