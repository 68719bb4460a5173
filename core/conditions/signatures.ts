/** The functions that conditions have, by name, and the types of those that CEL does not know. */

/** As the type checker reads them. */
export const OWN_FUNCTIONS = [
  'hostOf(string): string',
  'hostIn(string, list<string>): bool',
  'isAddress(string): bool',
  'addressIn(string, list<string>): bool',
  'pathIn(string, list<string>): bool',
] as const;

/** Those of CEL stand as in its specification and in Kubernetes. */
export const FUNCTIONS: readonly string[] = [
  ...['size', 'contains', 'startsWith', 'endsWith', 'matches', 'lowerAscii', 'upperAscii', 'trim', 'split'],
  ...['type', 'dyn', 'int', 'double', 'string', 'timestamp', 'duration'],
  ...['getFullYear', 'getMonth', 'getDate', 'getDayOfMonth', 'getDayOfWeek', 'getDayOfYear'],
  ...['getHours', 'getMinutes', 'getSeconds', 'getMilliseconds'],
  ...OWN_FUNCTIONS.map((signature) => signature.slice(0, signature.indexOf('('))),
];
