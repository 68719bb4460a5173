/** JSON-RPC messages and the headers that go with them, in both eras. */
type JsonObject = Readonly<Record<string, unknown>>;
type Headers = [string, string][];

export const LEGACY = '2025-11-25';
export const MODERN = '2026-07-28';

export const JSON_HEADERS: Headers = [
  ['Content-Type', 'application/json'],
  ['Accept', 'application/json, text/event-stream'],
];

const CAPABILITIES = { sampling: {}, roots: {}, elicitation: { form: {}, url: {} } } as const;

export const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': CAPABILITIES,
} as const;

export function request(method: string, params: JsonObject = {}, id: number | string = 1): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

export function callTool(name: string, args: JsonObject = {}, id: number | string = 1): string {
  return request('tools/call', { name, arguments: args }, id);
}

export function modernRequest(method: string, params: JsonObject = {}, id: number | string = 1): string {
  return request(method, { ...params, _meta: { ...ENVELOPE, ...(params['_meta'] as JsonObject | undefined) } }, id);
}

export function legacyHeaders(session?: string): Headers {
  const headers: Headers = [...JSON_HEADERS, ['MCP-Protocol-Version', LEGACY]];
  return session === undefined ? headers : [...headers, ['Mcp-Session-Id', session]];
}

export function modernHeaders(method: string, name?: string, version: string = MODERN): Headers {
  const headers: Headers = [...JSON_HEADERS, ['MCP-Protocol-Version', version], ['Mcp-Method', method]];
  return name === undefined ? headers : [...headers, ['Mcp-Name', name]];
}

export const INITIALIZE = initialize({});
/** By a client that can be asked for everything. */
export const INITIALIZE_ASKABLE = initialize(CAPABILITIES);

function initialize(capabilities: JsonObject): string {
  return request('initialize', {
    protocolVersion: LEGACY,
    capabilities,
    clientInfo: { name: 'test', version: '1' },
  });
}

/** The messages of an answer, whether it is JSON or events. */
export function messagesIn(body: string): Record<string, unknown>[] {
  if (body.startsWith('{')) return [JSON.parse(body) as Record<string, unknown>];
  return body
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice('data: '.length)) as Record<string, unknown>);
}

interface Answered {
  readonly id: unknown;
  readonly result?: { readonly _meta?: { readonly 'sallyport.dev/refusal'?: { readonly reason: string } } };
  readonly error?: { readonly message: string };
}

/** The id of an answer and why it is a refusal: the reason that a result carries or the words of an error; undefined when it is none. */
export function outcomeIn(body: string): [id: unknown, refusal: string | undefined] {
  const { id, result, error } = messagesIn(body).at(-1) as unknown as Answered;
  return [id, result?._meta?.['sallyport.dev/refusal']?.reason ?? error?.message];
}
