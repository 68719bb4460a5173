/** One argument of each type, for tests that have to hold for all of them: whoever adds a type adds one here. */
import type { SaidArgument } from '../../api/rules/arguments/of-type.ts';
import type { ArgumentTypeName } from '../../api/rules/arguments/types.ts';

export const ARGUMENT_SAMPLES: { readonly [Name in ArgumentTypeName]: SaidArgument & { type: Name } } = {
  path: { type: 'path', roots: ['/data'] },
  url: { type: 'url', hosts: ['*.example.com'], schemes: ['https'], ports: [443] },
  host: { type: 'host', internalHosts: ['redis'], privateAddresses: ['10.20.0.0/16'] },
  sql: {
    type: 'sql',
    statements: ['select', 'insert'],
    tables: ['orders', 'sales.*'],
    functions: ['nextval'],
    multiple: true,
  },
  shell: { type: 'shell', programs: ['git', './gradlew'] },
  identifier: { type: 'identifier', maxLength: 64 },
  string: { type: 'string', enum: ['EUR', 'USD'], pattern: '[A-Z]+', maxLength: 3, required: true },
  number: { type: 'number', min: 0, max: 1.5 },
  integer: { type: 'integer', min: 0, enum: [1, 2] },
  boolean: { type: 'boolean', required: true },
  array: { type: 'array' },
  object: { type: 'object' },
  any: { type: 'any', forbidden: true },
};
