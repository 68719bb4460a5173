/**
 * `legacy`: the handshake revisions with `initialize` and sessions; `modern`: 2026-07-28 and later, where every request
 * carries its own protocol version (MCP 2026-07-28, Versioning).
 */
export type Era = 'legacy' | 'modern';
