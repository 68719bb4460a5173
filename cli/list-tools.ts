/**
 * What a server lists, asked as its clients ask: in the newest revision without a session, and where the server does not know that, with
 * the handshake of the older ones; page by page.
 */
import { escapeControls } from '../core/api/problem.ts';
import { isObject, type JsonObject } from '../core/mcp/message.ts';
import { NEWEST_LEGACY, NEWEST_MODERN } from '../core/mcp/revisions/index.ts';
import { version } from '../core/version.ts';
import { UserError, usageError } from './errors.ts';
import { type Exchange, postMessage, Room } from './post-message.ts';
import type { ListedTool } from './tool-list.ts';

const TIMEOUT_MS = 30_000;
const MAX_PAGES = 1_000;
/** Each may have a line of its own. */
const MAX_TOOLS = 10_000;
/** Characters of what a server says of its refusal. */
const MAX_SAID = 500;
const CLIENT = { name: 'sallyport-lint', version };

interface Server {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** For all pages together. */
  readonly room: Room;
}

/** Sends `tools/list` with these params. */
type Ask = (params: JsonObject) => Promise<Exchange>;

/** Throws a UserError. `token`: sent as a bearer token; undefined: none. */
export async function listTools(url: string, token: string | undefined): Promise<readonly ListedTool[]> {
  const target = URL.parse(url);
  if (target === null || (target.protocol !== 'http:' && target.protocol !== 'https:'))
    throw usageError(`--server ${url} is not an http or https URL`, 'write for example http://127.0.0.1:8484/mcp');
  const headers: Readonly<Record<string, string>> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const server: Server = { url: target, headers, signal: AbortSignal.timeout(TIMEOUT_MS), room: new Room() };
  try {
    return await pages(server);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(
      `cannot list the tools of ${target.origin}${target.pathname}: ${escapeControls(why.slice(0, MAX_SAID))}`,
      'look whether the server runs and takes the token, or save its answer to tools/list and name it with --tools',
    );
  }
}

async function pages(server: Server): Promise<readonly ListedTool[]> {
  let ask = modern(server);
  let exchange = await ask({});
  if (!isObject(exchange.answer?.['result']) && exchange.status !== 401 && exchange.status !== 403) {
    ask = await legacy(server);
    exchange = await ask({});
  }
  const listed: ListedTool[] = [];
  for (let page = 0; page < MAX_PAGES; page++) {
    const { tools, nextCursor } = resultOf(exchange);
    if (!Array.isArray(tools)) throw new Error('its answer has no list of tools');
    for (const tool of tools) {
      if (isObject(tool) && typeof tool['name'] === 'string')
        listed.push({ name: tool['name'], inputSchema: tool['inputSchema'] });
    }
    if (listed.length > MAX_TOOLS) throw new Error(`it lists more than ${MAX_TOOLS} tools`);
    if (typeof nextCursor !== 'string') return listed;
    exchange = await ask({ cursor: nextCursor });
  }
  throw new Error(`its list has more than ${MAX_PAGES} pages`);
}

function modern({ url, headers, signal, room }: Server): Ask {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': NEWEST_MODERN.version,
    'io.modelcontextprotocol/clientInfo': CLIENT,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const own = { ...headers, 'mcp-protocol-version': NEWEST_MODERN.version, 'mcp-method': 'tools/list' };
  return (params) => postMessage(url, own, request('tools/list', { ...params, _meta }), signal, room);
}

async function legacy({ url, headers, signal, room }: Server): Promise<Ask> {
  const handshake = { protocolVersion: NEWEST_LEGACY.version, capabilities: {}, clientInfo: CLIENT };
  const opened = await postMessage(url, headers, request('initialize', handshake), signal, room);
  const { protocolVersion } = resultOf(opened);
  const own = {
    ...headers,
    ...(typeof protocolVersion === 'string' ? { 'mcp-protocol-version': protocolVersion } : {}),
    ...(opened.sessionId === undefined ? {} : { 'mcp-session-id': opened.sessionId }),
  };
  await postMessage(url, own, { jsonrpc: '2.0', method: 'notifications/initialized' }, signal, room);
  return (params) => postMessage(url, own, request('tools/list', params), signal, room);
}

/** One is asked after the other, so that one id is enough. */
function request(method: string, params: JsonObject): JsonObject {
  return { jsonrpc: '2.0', id: method, method, params };
}

function resultOf({ status, answer }: Exchange): JsonObject {
  const { result, error } = answer ?? {};
  if (isObject(result)) return result;
  if (isObject(error) && typeof error['message'] === 'string') throw new Error(error['message']);
  throw new Error(`it answers with HTTP ${status}`);
}
