/** What servers say, as mutation begins with it. */
const tool = {
  name: 'echo',
  description: 'says "it" again \\ {[',
  inputSchema: { type: 'object', properties: { a: {} } },
};
const response = (result: unknown, id: unknown = 1): string => JSON.stringify({ jsonrpc: '2.0', id, result });
const told = (method: string, params: unknown, id?: unknown): string =>
  JSON.stringify({ jsonrpc: '2.0', ...(id === undefined ? {} : { id }), method, params });

export const ANSWERS: readonly Buffer[] = [
  response({ tools: [tool, { ...tool, name: 'danger' }], nextCursor: 'x', ttlMs: 1, cacheScope: 'public' }),
  response({ content: [{ type: 'text', text: 'äöü 💥 \u2028 "quoted" \\' }], isError: false }, 'an-id'),
  response({
    resultType: 'input_required',
    inputRequests: { a: { method: 'elicitation/create', params: {} } },
    requestState: 's',
  }),
  response({ protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'a', version: '1' } }, 0),
  response({}, -1),
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    error: { code: -32042, message: 'no', data: { elicitations: [{ url: 'https://a' }] } },
  }),
  '{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}',
  response({ resultType: 'task', taskId: 't', inputRequests: {} }),
  '{"jsonrpc":"2.0","id":1,"result":{"inputRequests":{"a":{"method":"roots/list"},"b":{"method":"x","params":{}}}}}',
  told('sampling/createMessage', { messages: [], maxTokens: 1 }, 7),
  told('elicitation/create', { mode: 'url', url: 'https://example.com', message: 'm', elicitationId: 'e' }, 'e-1'),
  told('roots/list', {}, 8),
  told('notifications/progress', { progressToken: 1, progress: 0.5, message: 'half' }),
  told('notifications/message', { level: 'info', data: { a: [1, 2, { b: null }] } }),
  `[${response({})},${told('notifications/tools/list_changed', {})}]`,
  ' {\r\n\t"jsonrpc" : "2.0" , "id" : 1 , "result" : { "tools" : [ ] } } ',
  '{"jsonrpc":"2.0","id":1,"r\\u0065sult":{"tool\\u0073":[]},"\\u0072esult":{}}',
  '{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"danger"}],"TOOLS":[],"tool\u017F":[]}}',
  '{"jsonrpc":"2.0","id":1,"result":{},"METHOD":"sampling/createMessage","PARAMS":{}}',
].map((text) => Buffer.from(text));
