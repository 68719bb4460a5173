/** What `state` of an MCPServer may say. Apart from its schema, which a gate has no use for and which takes megabytes of memory. */

export const ON_STORE_FAILURE = ['Local', 'Deny'] as const;

export const DEFAULT_STORE_PORT = 6379;
