/** What a client says that it can be asked (MCP, Lifecycle, Capability Negotiation): a server must not ask for anything else. */
import { CLIENT_REQUEST_KINDS, type ClientRequestKind } from './client-request.ts';
import { type JsonObject, isObject } from './message.ts';

/** Since 2026-07-28 every request carries them. */
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const BY_KIND: Readonly<Record<ClientRequestKind, (capabilities: JsonObject) => boolean>> = {
  sampling: ({ sampling }) => isObject(sampling),
  roots: ({ roots }) => isObject(roots),
  // Without a mode it is the only one that there was before 2025-11-25 (MCP 2025-11-25, Elicitation, Capabilities).
  elicitation: ({ elicitation }) =>
    isObject(elicitation) && (isObject(elicitation['form']) || !isObject(elicitation['url'])),
  urlElicitation: ({ elicitation }) => isObject(elicitation) && isObject(elicitation['url']),
};

/** The member of `capabilities` that declares each kind. */
export const DECLARED_AS: Readonly<Record<ClientRequestKind, string>> = {
  sampling: 'sampling',
  roots: 'roots',
  elicitation: 'elicitation',
  urlElicitation: 'elicitation.url',
};

export type Declared = ReadonlySet<ClientRequestKind>;

export const NOTHING_DECLARED: Declared = new Set();

export function declaredIn(capabilities: unknown): Declared {
  if (!isObject(capabilities)) return NOTHING_DECLARED;
  const declared = CLIENT_REQUEST_KINDS.filter((kind) => BY_KIND[kind](capabilities));
  return declared.length === 0 ? NOTHING_DECLARED : new Set(declared);
}

/** What a request of the modern era declares; in the params of `initialize`, see `declaredIn(params.capabilities)`. */
export function declaredByRequest({ _meta: meta }: JsonObject): Declared {
  return isObject(meta) ? declaredIn(meta[CAPABILITIES]) : NOTHING_DECLARED;
}
