/**
 * Which protocol revision a message belongs to. The body decides, headers only confirm: an intermediary that believed the
 * headers would decide on something else than the server executes (MCP 2026-07-28, Streamable HTTP, Server Validation).
 */
import { decodeHeaderValue } from './header-value.ts';
import { type JsonObject, type Message, isObject } from './message.ts';
import type { Outline } from './outline.ts';
import { type Refusal, refuse } from './refusals.ts';
import type { Revision } from './revision.ts';
import {
  ASSUMED_LEGACY,
  LEGACY_VERSIONS,
  MODERN_VERSIONS,
  NEWEST_LEGACY,
  NEWEST_MODERN,
  findRevision,
} from './revisions/index.ts';

/** The MCP headers of one HTTP request as received; absent ones are undefined. */
export interface McpHeaders {
  readonly protocolVersion: string | undefined;
  readonly method: string | undefined;
  readonly name: string | undefined;
}

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';

/** `headers` is undefined on transports without any (stdio). */
export function classify(message: Message, headers: McpHeaders | undefined): Revision | Refusal {
  const claimed = message.kind === 'response' ? undefined : claimedVersion(message.params);
  const named = headers?.protocolVersion;
  const modernHeader = named !== undefined && findRevision(named)?.era !== 'legacy' && named >= NEWEST_MODERN.version;
  if (claimed !== undefined) return classifyModern(message, claimed, headers);
  if (modernHeader) {
    if (message.kind === 'response') return refuse('bad-envelope', `clients of ${named} do not post responses`);
    if (message.method === 'initialize') {
      return refuse(
        'header-mismatch',
        `initialize was sent with MCP-Protocol-Version ${named}, which has no handshake`,
      );
    }
    return refuse('bad-envelope', `MCP-Protocol-Version is ${named}, but params._meta lacks "${VERSION_KEY}"`);
  }
  if (message.kind === 'request' && message.method === 'initialize') return NEWEST_LEGACY;
  if (named === undefined) return ASSUMED_LEGACY;
  const revision = findRevision(named);
  if (revision !== undefined) return revision;
  return refuse(
    'unsupported-legacy-version',
    `${named} (supported versions: ${LEGACY_VERSIONS.toReversed().join(', ')})`,
  );
}

function classifyModern(message: Message, claimed: unknown, headers: McpHeaders | undefined): Revision | Refusal {
  if (message.kind === 'response') return refuse('bad-envelope', 'responses are not posted in this revision');
  if (typeof claimed !== 'string') return refuse('bad-envelope', `params._meta["${VERSION_KEY}"] must be a string`);
  // An SDK sends the full envelope on notifications too, but only requests must have it.
  if (message.kind === 'request' && !isObject((message.params['_meta'] as JsonObject)[CAPABILITIES_KEY])) {
    return refuse('bad-envelope', `params._meta lacks "${CAPABILITIES_KEY}"`);
  }
  const mismatch = headers === undefined ? undefined : findMismatch(message, claimed, headers);
  if (mismatch !== undefined) return refuse('header-mismatch', mismatch);
  const revision = findRevision(claimed);
  if (revision?.era === 'modern') return revision;
  return refuse('unsupported-protocol-version', claimed, { supported: MODERN_VERSIONS, requested: claimed });
}

function findMismatch(
  message: Exclude<Message, { kind: 'response' }>,
  claimed: string,
  headers: McpHeaders,
): string | undefined {
  if (headers.protocolVersion === undefined) return 'the MCP-Protocol-Version header is missing';
  if (headers.protocolVersion !== claimed) {
    return `the body names protocol version ${claimed}, the MCP-Protocol-Version header ${headers.protocolVersion}`;
  }
  if (headers.method === undefined) return message.kind === 'request' ? 'the Mcp-Method header is missing' : undefined;
  if (headers.method !== message.method) {
    return `the body names method ${JSON.stringify(message.method)}, the Mcp-Method header ${JSON.stringify(headers.method)}`;
  }
  const member = (findRevision(claimed) ?? NEWEST_MODERN).mirroredNames.get(message.method);
  if (member === undefined || message.kind !== 'request') return undefined;
  const inBody = message.params[member];
  if (typeof inBody !== 'string') return undefined; // the catalogue refuses it with a better message
  if (headers.name === undefined) return `the body names params.${member}, the Mcp-Name header is missing`;
  const inHeader = decodeHeaderValue(headers.name);
  if (inHeader === undefined) return 'the Mcp-Name header is not valid =?base64?…?= text';
  if (inHeader !== inBody) {
    return `the body names params.${member} ${JSON.stringify(inBody)}, the Mcp-Name header ${JSON.stringify(inHeader)}`;
  }
  return undefined;
}

/** What a request without a message belongs to: only the legacy era opens streams with GET and ends sessions with DELETE. */
export function revisionOfStream(headers: McpHeaders | undefined): Revision {
  const revision = headers?.protocolVersion === undefined ? undefined : findRevision(headers.protocolVersion);
  return revision?.era === 'legacy' ? revision : NEWEST_LEGACY;
}

/** What a list of messages belongs to: the revision that its headers name, or the one that is assumed without. */
export function revisionOfBatch(headers: McpHeaders | undefined): Revision {
  return headers?.protocolVersion === undefined
    ? ASSUMED_LEGACY
    : (findRevision(headers.protocolVersion) ?? NEWEST_MODERN);
}

/** In whose words a message is refused that cannot be read as it must be. */
export function revisionOfOutline({ version }: Outline, headers: McpHeaders | undefined): Revision {
  const named = version ?? headers?.protocolVersion;
  return (named === undefined ? undefined : findRevision(named)) ?? ASSUMED_LEGACY;
}

/** Whether a parsed value is a message that claims a revision of the modern era for itself. */
export function claimsModern(value: unknown): boolean {
  return isObject(value) && isObject(value['params']) && claimedVersion(value['params']) !== undefined;
}

/** The revision a message claims in its `_meta`; undefined when it claims none. */
function claimedVersion(params: JsonObject): unknown {
  const meta = params['_meta'];
  return isObject(meta) ? meta[VERSION_KEY] : undefined;
}
