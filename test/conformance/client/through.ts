/**
 * The client under test of the suite with a gate between the two, which has the server's public name: what the client sends to the
 * suite's URL arrives at the gate, as behind the Service of a pod with a sidecar. Under a name of its own a gate would have to
 * publish another resource than the suite has in mind, and clients would name that one to the authorization server.
 */
import type { FetchLike } from '@modelcontextprotocol/client';
import { Agent, buildConnector, fetch as fetchWith } from 'undici';
import { startGate } from '../../support/gate.ts';
import { ALLOW_ALL, policyOf } from '../../support/policy.ts';
import { drive } from './driver.ts';
import { readTask } from './task.ts';

const MCP_PATH = '/mcp';

/** Fetches as if the name of the server led to the gate; everything else goes where it says. */
function leadingTo(port: number, server: URL): { fetch: FetchLike; close(): Promise<void> } {
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

const task = readTask();
const server = new URL(task.url);
const gate = await startGate({
  upstream: task.url,
  policy: policyOf(ALLOW_ALL, { authorization: 'Server' }),
});
const road = leadingTo(gate.port, server);
try {
  await drive(task, road.fetch);
} finally {
  await road.close();
  await gate.close();
}
