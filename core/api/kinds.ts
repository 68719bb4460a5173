/** Every kind that a policy folder may hold, with its schema. */
import * as z from 'zod';
import { approvalGrantSchema } from './approval-grant.ts';
import { approvalRequestSchema } from './approval-request.ts';
import { tokenSecretSchema } from './client-tokens.ts';
import { mcpServerSchema } from './mcp-server.ts';
import { policyPackSchema } from './policy-pack.ts';

/** The custom resources: what CRDs and the reference are made of. */
export const resourceSchemas = {
  MCPServer: mcpServerSchema,
  PolicyPack: policyPackSchema,
  ApprovalRequest: approvalRequestSchema,
  ApprovalGrant: approvalGrantSchema,
} as const;

export const kindSchemas = { ...resourceSchemas, Secret: tokenSecretSchema } as const;

export type Kind = keyof typeof kindSchemas;

export function isKind(text: string): text is Kind {
  return Object.hasOwn(kindSchemas, text);
}

/** The part of JSON Schema that our schemas turn into. */
export interface FieldSchema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  format?: string;
  required?: string[];
  properties?: Record<string, FieldSchema>;
  items?: FieldSchema;
  /** At most one of them has members, and at most one entries. */
  anyOf?: FieldSchema[];
  additionalProperties?: FieldSchema | boolean;
}

export function inputJsonSchema(schema: z.ZodType): FieldSchema {
  const options = { target: 'openapi-3.0', io: 'input', unrepresentable: 'throw', reused: 'inline' } as const;
  return z.toJSONSchema(schema, options) as FieldSchema;
}

const cache = new Map<Kind, FieldSchema>();

/** The schema of the field at a path, however far the document itself follows it. */
export function fieldSchema(kind: Kind | FieldSchema, path: readonly PropertyKey[]): FieldSchema | undefined {
  let node = typeof kind === 'string' ? cache.get(kind) : kind;
  if (typeof kind === 'string' && node === undefined) {
    node = inputJsonSchema(kindSchemas[kind]);
    cache.set(kind, node);
  }
  for (const key of path) {
    const branch = node?.anyOf?.find(({ items, properties }) => (typeof key === 'number' ? items : properties));
    const parent: FieldSchema | undefined = branch ?? node;
    node = typeof key === 'number' ? parent?.items : member(parent, String(key));
  }
  return node;
}

function member(node: FieldSchema | undefined, key: string): FieldSchema | undefined {
  if (node?.properties !== undefined && Object.hasOwn(node.properties, key)) return node.properties[key];
  return typeof node?.additionalProperties === 'object' ? node.additionalProperties : undefined;
}
