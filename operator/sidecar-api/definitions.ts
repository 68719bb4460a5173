/**
 * POST /v1/definitions: what a server has listed that is new or other than it was. GET /v1/definitions: what all gates of the server are to
 * know of it; with `unless` and `wait` as soon as that is another version. Of which server follows from the token of the pod alone.
 */
import * as z from 'zod';
import { type DefinitionKind, definitionDigest } from '../../core/inspect/definitions/definition.ts';
import { isObject, type JsonObject } from '../../core/mcp/message.ts';
import type { Told } from '../definitions/pin.ts';

/** The rest is told by the next request. */
const MAX_TOLD = 200;
const MAX_NAME = 2048;
/** What names a definition in a list of MCP; the instructions of a server have no name. */
const NAMED_BY = { tool: 'name', prompt: 'name', resourceTemplate: 'uriTemplate' } as const;

/** Neither the name nor the digest is believed: both follow from the definition. */
export const tellingSchema = z
  .object({
    definitions: z
      .array(
        z.object({
          kind: z.enum(['tool', 'prompt', 'resourceTemplate', 'instructions']),
          definition: z.custom<JsonObject>(isObject, 'is no object'),
          used: z.boolean(),
        }),
      )
      .min(1)
      .max(MAX_TOLD),
  })
  .transform(({ definitions }) =>
    definitions.flatMap(({ kind, definition, used }): Told[] => {
      const name = nameOf(kind, definition);
      if (name === undefined) return [];
      return [{ kind, name, digest: definitionDigest({ kind, value: definition }), definition, used }];
    }),
  );

function nameOf(kind: Exclude<DefinitionKind, 'resource'>, definition: JsonObject): string | undefined {
  if (kind === 'instructions') return '';
  const name = definition[NAMED_BY[kind]];
  return typeof name === 'string' && name.length <= MAX_NAME ? name : undefined;
}
