/** CustomResourceDefinitions from the schemas of the kinds. */
import { API_VERSION } from '../common.ts';
import { inputJsonSchema, resourceSchemas } from '../kinds.ts';
import { CRD_KINDS } from './kinds.ts';
import { type SchemaNode, structural, structuralSpec } from './structural.ts';

const [GROUP = '', VERSION = ''] = API_VERSION.split('/');

const RULES = 'x-kubernetes-validations';

export type CrdKindName = keyof typeof resourceSchemas;

/** `mcpservers.sallyport.dev` and the like. */
export function crdName(kind: CrdKindName): string {
  return `${CRD_KINDS[kind].plural}.${GROUP}`;
}

/** Everything but the metadata, which differs with who installs it. */
export function crdSpec(kind: CrdKindName): object {
  const { plural, singular, shortNames, columns, selectable, scale } = CRD_KINDS[kind];
  return {
    group: GROUP,
    names: { kind, listKind: `${kind}List`, plural, singular, shortNames, categories: ['sallyport'] },
    scope: 'Namespaced',
    versions: [
      {
        name: VERSION,
        served: true,
        storage: true,
        subresources: { status: {}, ...(scale === undefined ? {} : { scale }) },
        additionalPrinterColumns: columns,
        ...(selectable.length === 0 ? {} : { selectableFields: selectable.map((jsonPath) => ({ jsonPath })) }),
        schema: { openAPIV3Schema: crdSchema(kind) },
      },
    ],
  };
}

export function crdSchema(kind: CrdKindName): SchemaNode {
  const { description, properties = {}, ...root } = inputJsonSchema(resourceSchemas[kind]) as SchemaNode;
  const { apiVersion, kind: kindField, metadata, spec, status } = properties;
  if (spec === undefined || status === undefined) throw new TypeError(`${kind} has no spec or no status`);
  return {
    type: 'object',
    ...(description === undefined ? {} : { description }),
    required: ['spec'],
    // What the spec and the status have to say together.
    ...(root[RULES] === undefined ? {} : { [RULES]: root[RULES] }),
    properties: {
      apiVersion: { type: 'string', description: apiVersion?.description ?? '' },
      kind: { type: 'string', description: kindField?.description ?? '' },
      metadata: metadataOf(metadata),
      spec: structuralSpec(spec, 'spec'),
      status: structural(status, 'status'),
    },
  };
}

/** The API server checks the rest of it by itself, and lets a CRD say something of the name only. */
function metadataOf(metadata: SchemaNode | undefined): SchemaNode {
  const { type = 'string', maxLength, pattern } = metadata?.properties?.['name'] ?? {};
  return { type: 'object', properties: { name: { type, maxLength, pattern } } };
}
