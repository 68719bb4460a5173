/**
 * JSON Schema as zod writes it → a structural schema, which is all that an API server takes.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
import type { FieldSchema } from '../kinds.ts';

/** A node of either: what neither this file nor its reader looks into stays as it is. */
export interface SchemaNode extends FieldSchema {
  [keyword: string]: unknown;
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  additionalProperties?: SchemaNode | boolean;
  anyOf?: SchemaNode[];
  minimum?: number;
  maximum?: number;
}

/** What an API server refuses, or takes in places that no schema of ours needs. */
const FORBIDDEN = ['allOf', 'oneOf', 'not', '$ref', 'definitions', 'prefixItems', 'nullable'];

/**
 * The same for what people write. There a null is kept, so that whoever reads the object can refuse it as `sallyport lint` does:
 * the API server drops it elsewhere, and `principals:` without a value would quietly mean everyone.
 */
export function structuralSpec(node: SchemaNode, path: string): SchemaNode {
  return keepNulls(structural(node, path));
}

function keepNulls(node: SchemaNode, isOptional = false): SchemaNode {
  const { properties, items, additionalProperties: values } = node;
  return {
    ...node,
    ...(isOptional ? { nullable: true } : {}),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([key, field]) => [key, keepNulls(field, !node.required?.includes(key))]),
          ),
        }),
    ...(items === undefined ? {} : { items: keepNulls(items) }),
    ...(typeof values === 'object' ? { additionalProperties: keepNulls(values, true) } : {}),
  };
}

/** Throws on what has no structural form: a schema is written so that it has one. */
export function structural(node: SchemaNode, path = ''): SchemaNode {
  const forbidden = FORBIDDEN.find((keyword) => keyword in node);
  if (forbidden !== undefined) throw new TypeError(`${path || 'the schema'} has ${forbidden}, which is not structural`);
  if (node['x-kubernetes-int-or-string'] === true) return intOrString(node);
  if (node.anyOf !== undefined) throw new TypeError(`${path || 'the schema'} is a union, which is not structural`);
  if (node.type === undefined) return anything(node);
  if (node.type === 'integer') return integer(node);
  if (node.type === 'string') return text(node);
  if (node.type === 'array') return list(node, path);
  return node.type === 'object' ? mapping(node, path) : node;
}

/** Numeric keywords say nothing about strings, and those of strings nothing about numbers, so both may stand side by side. */
function intOrString({ anyOf = [], ...node }: SchemaNode): SchemaNode {
  const merged: SchemaNode = { ...node };
  for (const { type: _, 'x-kubernetes-validations': __, ...keywords } of anyOf) Object.assign(merged, keywords);
  return { ...merged, anyOf: [{ type: 'integer' }, { type: 'string' }] };
}

function anything({ additionalProperties: _, ...node }: SchemaNode): SchemaNode {
  return { ...node, 'x-kubernetes-preserve-unknown-fields': true };
}

function integer(node: SchemaNode): SchemaNode {
  const isSmall = (node.maximum ?? Infinity) < 2 ** 31 && (node.minimum ?? -Infinity) >= -(2 ** 31);
  return { ...node, format: isSmall ? 'int32' : 'int64' };
}

/** The API server has a parser of its own for times, which says what is wrong better than a pattern does. */
function text({ pattern, ...node }: SchemaNode): SchemaNode {
  return pattern === undefined || node.format === 'date-time' ? node : { ...node, pattern };
}

function list({ items, ...node }: SchemaNode, path: string): SchemaNode {
  if (items === undefined) throw new TypeError(`${path} does not say what its entries are`);
  return { 'x-kubernetes-list-type': 'atomic', ...node, items: structural(items, `${path}[]`) };
}

function mapping({ additionalProperties, properties, ...node }: SchemaNode, path: string): SchemaNode {
  if (properties !== undefined) {
    const fields = Object.entries(properties).map(([key, field]) => [key, structural(field, `${path}.${key}`)]);
    return { ...node, properties: Object.fromEntries(fields) as Record<string, SchemaNode> };
  }
  if (typeof additionalProperties !== 'object') throw new TypeError(`${path} does not say what its fields are`);
  if (additionalProperties.type === undefined) return { ...node, 'x-kubernetes-preserve-unknown-fields': true };
  return { ...node, additionalProperties: structural(additionalProperties, `${path}.*`) };
}
