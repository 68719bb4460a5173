/** How the load introduces itself: as an official client of the most used revision does. */
export function headersOf(token: string | undefined, session?: string): Record<string, string> {
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-11-25',
    'user-agent': 'sallyport-bench',
    ...(session === undefined ? {} : { 'mcp-session-id': session }),
  };
}

export const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
});

export const INITIALIZED = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
