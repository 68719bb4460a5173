/** What a person who decides on a call reads of its tool: what the server says of it, and what the lints find in that. */
import {
  MAX_SHOWN_DESCRIPTION,
  MAX_SHOWN_FINDING,
  MAX_SHOWN_FINDINGS,
  MAX_SHOWN_TITLE,
  type Shown,
} from '../../api/approval-shown.ts';
import { isObject, type JsonObject } from '../../mcp/message.ts';
import { shownAnywhereWithin } from '../../shown/anywhere.ts';
import { definitionDigest } from './definition.ts';
import { inspectDefinition } from './inspect-definition.ts';

export interface DefinitionCard {
  readonly digest: string;
  readonly shown: Pick<Shown, 'title' | 'description' | 'claims' | 'findings'>;
}

/** Hints by their names in a definition (MCP 2026-07-28, ToolAnnotations). */
const CLAIMS = [
  ['readOnlyHint', 'readOnly'],
  ['destructiveHint', 'destructive'],
  ['idempotentHint', 'idempotent'],
  ['openWorldHint', 'openWorld'],
] as const;

/** `value`: the entry of a tool, as its server listed it. What is not of the type that MCP gives it is not shown. */
export function cardOf(name: string, value: JsonObject): DefinitionCard {
  const annotations = isObject(value['annotations']) ? value['annotations'] : {};
  const title = textIn(value['title']) ?? textIn(annotations['title']);
  const description = textIn(value['description']);
  const claims = Object.fromEntries(
    CLAIMS.flatMap(([hint, claim]) => (typeof annotations[hint] === 'boolean' ? [[claim, annotations[hint]]] : [])),
  ) as NonNullable<Shown['claims']>;
  const findings = inspectDefinition({ kind: 'tool', name, value }).slice(0, MAX_SHOWN_FINDINGS);
  return {
    digest: definitionDigest({ kind: 'tool', value }),
    shown: {
      ...(title === undefined ? {} : { title: shownAnywhereWithin(title, MAX_SHOWN_TITLE) }),
      ...(description === undefined ? {} : { description: shownAnywhereWithin(description, MAX_SHOWN_DESCRIPTION) }),
      ...(Object.keys(claims).length === 0 ? {} : { claims }),
      ...(findings.length === 0 ? {} : { findings: findings.map(lineOf) }),
    },
  };
}

function lineOf({ detector, pointer, message }: ReturnType<typeof inspectDefinition>[number]): string {
  return shownAnywhereWithin(
    `definition: ${detector}${pointer === '' ? '' : ` at ${pointer}`}: ${message}`,
    MAX_SHOWN_FINDING,
  );
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
