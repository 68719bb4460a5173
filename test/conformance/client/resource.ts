/**
 * The client under test of the suite in front of a gate that is the resource server: it asks for a token, says where tokens come from
 * and verifies them. The suite's authorization servers give them out, through a desk (token-desk.ts). What the client asks the gate
 * about its metadata is asked of the suite's server too, since the suite takes note of that, and knows whom to trust from the answer.
 */
import type { FetchLike } from '@modelcontextprotocol/client';
import { startFixture } from '../../support/fixture-server.ts';
import { startGate } from '../../support/gate.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../../support/policy.ts';
import { isOfAuthorization } from '../of-authorization.ts';
import { drive } from './driver.ts';
import { leadingTo } from './road.ts';
import { startBehind } from './suites-server.ts';
import { readTask } from './task.ts';
import { TokenDesk } from './token-desk.ts';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';
/** Where the suite's server has its metadata, if not where a gate has it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'auth/metadata-var2': WELL_KNOWN,
  'auth/metadata-var3': '/custom/metadata/location.json',
};

const allowingWith = (...scopes: string[]): PackSpec => ({
  tools: [{ names: ['*'], effect: 'Allow', principals: { scopes } }],
});
/** What the suite's server asks for by itself is asked for by a rule. */
const PACKS: Readonly<Record<string, PackSpec>> = {
  'auth/scope-from-www-authenticate': allowingWith('mcp:basic'),
  'auth/scope-from-scopes-supported': allowingWith('mcp:basic', 'mcp:read', 'mcp:write'),
  'auth/scope-step-up': {
    ...allowingWith('mcp:basic', 'mcp:write'),
    prompts: [{ names: ['*'], effect: 'Allow', principals: { scopes: ['mcp:basic'] } }],
  },
  'auth/offline-access-scope': allowingWith('mcp:basic'),
};

const task = readTask();
// A scenario without authorization says nothing of a resource server, and is left out by whoever reads what the suite found.
if (isOfAuthorization(task.scenario)) await asResource();

async function asResource(): Promise<void> {
  const server = new URL(task.url);
  // This server's metadata stands at its root, so it is the whole origin that it describes (RFC 9728 §3.1).
  const url = ELSEWHERE[task.scenario] === WELL_KNOWN ? server.origin : task.url;
  const desk = await TokenDesk.open(url);
  // The proof that goes with such a token ends at the gate, and without one the suite's server takes none.
  const isBound = task.scenario.startsWith('auth/dpop');
  const behind = isBound ? await startFixture() : await startBehind(server, () => desk.kept);
  const policy = () =>
    policyOf(PACKS[task.scenario] ?? ALLOW_ALL, {
      url,
      jwt: [{ issuer: desk.issuer, audiences: [url], jwks: desk.jwks }],
    });
  const gate = await startGate({ upstream: behind.url, policy: policy() });
  const road = leadingTo(gate.port, server);
  const reach: FetchLike = async (target, init) => {
    const { origin, pathname } = new URL(target);
    if (origin !== server.origin) return desk.fetch(target, init);
    if (pathname.startsWith(WELL_KNOWN)) {
      const noted = await fetch(new URL(ELSEWHERE[task.scenario] ?? pathname, server));
      if (noted.ok) {
        const { authorization_servers: [issuer = ''] = [] } = (await noted.json()) as Metadata;
        desk.issuer = issuer;
        gate.setPolicy(policy());
      }
    }
    return road.fetch(target, init);
  };
  try {
    await drive(task, reach);
  } finally {
    await road.close();
    await gate.close();
    await behind.close();
  }
}

interface Metadata {
  readonly authorization_servers?: readonly string[];
}
