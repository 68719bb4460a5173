/** The way to a gate that has the public name of the suite's server, as behind the Service of a pod with a sidecar. */
import type { FetchLike } from '@modelcontextprotocol/client';
import { Agent, buildConnector, fetch as fetchWith } from 'undici';

const MCP_PATH = '/mcp';

export interface Road {
  readonly fetch: FetchLike;
  close(): Promise<void>;
}

/** Fetches as if the name of the server led to the gate; everything else goes where it says. */
export function leadingTo(port: number, server: URL): Road {
  const connect = buildConnector({});
  const agent = new Agent({
    connect: (options, callback) => connect({ ...options, hostname: '127.0.0.1', port: String(port) }, callback),
  });
  return {
    fetch: async (target, init) => {
      const url = new URL(target);
      if (url.origin !== server.origin) return fetch(url, init);
      // A scenario whose server has another path than a gate.
      if (url.pathname === server.pathname) url.pathname = MCP_PATH;
      return fetchWith(url, { ...(init as object), dispatcher: agent });
    },
    close: () => agent.close(),
  };
}
