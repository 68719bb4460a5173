/**
 * What `upstream` of an MCPServer may name. Apart from its schema, which a gate has no use for and which takes megabytes of memory.
 */

/** On a Secret, `true`: an MCPServer of its namespace may have it sent to its server. */
export const CREDENTIALS_LABEL = 'sallyport.dev/upstream-credentials';

export const ON_ECHO = ['Redact', 'Deny'] as const;
export const UNMATCHED = ['Refuse', 'Send'] as const;

/** An answer is searched for each of them. */
export const MAX_CREDENTIALS = 16;

/** A name of a field (RFC 9110 §5.6.2). */
export const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/**
 * What the gate itself, the transport or the protocol says in a request. A credential in one of them would change what the request is,
 * and not who asks.
 */
export const OWN_HEADERS: readonly string[] = [
  ...[
    'accept',
    'accept-encoding',
    'connection',
    'content-encoding',
    'content-length',
    'content-type',
    'expect',
    'host',
  ],
  ...['keep-alive', 'last-event-id', 'mcp-method', 'mcp-name', 'mcp-protocol-version', 'mcp-session-id'],
  ...[
    'proxy-authorization',
    'proxy-connection',
    'te',
    'traceparent',
    'tracestate',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ],
];
