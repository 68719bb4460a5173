/** The reference page of the custom resources, rendered from their schemas: whatever they say, it says. */
import { API_VERSION, IGNORED_METADATA } from './common.ts';
import { type FieldSchema, inputJsonSchema, resourceSchemas } from './kinds.ts';

export function apiReference(): string {
  const sections = Object.entries(resourceSchemas).map(([kind, schema]) => section(kind, inputJsonSchema(schema)));
  const head = `# API reference

The custom resources of \`${API_VERSION}\`. A field that is not listed here is an error.
\`[]\` stands for the entries of a list, \`<name>\` for any name.

On a cluster it is the client that decides what becomes of such a field: \`kubectl apply\` has the object refused, by the name of the field, while with
\`--validate=ignore\` or \`--validate=warn\` the API server drops the field before anything of Sallyport sees the object. A field without a value, such as
\`principals:\` with nothing behind it, is refused when it arrives, but \`kubectl apply\` without \`--server-side\` leaves it out by itself. Either way a rule
for a few becomes one for everyone, so run \`sallyport lint\`, which refuses both, before anything is applied.
`;
  return [head, ...sections].join('\n');
}

function section(kind: string, schema: FieldSchema): string {
  const rows = fieldsOf(schema, '').map(
    ({ path, type, standard, description }) => `| \`${path}\` | ${cell(type)} | ${standard} | ${cell(description)} |`,
  );
  const table = ['| Field | Type | Default | What it does |', '| --- | --- | --- | --- |', ...rows].join('\n');
  return `## ${kind}\n\n${schema.description ?? ''}\n\n${table}\n`;
}

interface Row {
  path: string;
  type: string;
  standard: string;
  description: string;
}

function fieldsOf(schema: FieldSchema, parent: string): Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    if (parent === 'metadata' && (IGNORED_METADATA as readonly string[]).includes(key)) return [];
    const path = parent === '' ? key : `${parent}.${key}`;
    const row = {
      path,
      type: typeOf(field),
      standard: standardOf(field, schema.required?.includes(key) ?? false),
      description: field.description ?? '',
    };
    return [row].concat(below(field, path));
  });
}

function below(field: FieldSchema, path: string): Row[] {
  if (field.items !== undefined) return below(field.items, `${path}[]`);
  if (typeof field.additionalProperties === 'object') return below(field.additionalProperties, `${path}.<name>`);
  return fieldsOf(field, path);
}

function typeOf(field: FieldSchema): string {
  if (field.enum !== undefined) return field.enum.map((word) => `\`${String(word)}\``).join(' or ');
  if (field.items !== undefined) return `list of ${plural(typeOf(field.items))}`;
  if (typeof field.additionalProperties === 'object') {
    const values = typeOf(field.additionalProperties);
    return values === 'anything' ? 'mapping' : `mapping of ${plural(values)}`;
  }
  if (field.anyOf !== undefined) return field.anyOf.map(typeOf).join(' or ');
  if (field.format === 'date-time') return 'time';
  return TYPES[field.type ?? ''] ?? 'anything';
}

const TYPES: Record<string, string> = {
  boolean: 'true or false',
  integer: 'number',
  number: 'number',
  object: 'mapping',
  string: 'string',
};

function plural(type: string): string {
  return type === 'string' || type === 'mapping' ? `${type}s` : type;
}

function standardOf(field: FieldSchema, required: boolean): string {
  if (required) return 'required';
  return field.default === undefined
    ? ''
    : `\`${typeof field.default === 'string' ? field.default : JSON.stringify(field.default)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('<', '&lt;');
}
