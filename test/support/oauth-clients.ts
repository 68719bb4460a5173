/** The official clients of both generations on their way to a token: what a host with a browser does, without the browser. */
import { Client as ClientV2, DpopSession, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import type { OAuthClientProvider, OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import { MODERN } from './messages.ts';

const INFO = { name: 'oauth', version: '1.0.0' };
const REDIRECT = 'http://127.0.0.1:9/callback';

/** Keeps what a client gets in memory, and goes where a person would be sent. */
class Owner implements OAuthClientProvider {
  readonly redirectUrl = REDIRECT;
  readonly clientMetadata: OAuthClientMetadata = {
    client_name: 'oauth',
    redirect_uris: [REDIRECT],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_post',
    scope: 'mcp',
  };
  answer: URL | undefined = undefined;
  #client: OAuthClientInformationMixed | undefined = undefined;
  #tokens: OAuthTokens | undefined = undefined;
  #discovered: OAuthDiscoveryState | undefined = undefined;
  #verifier = '';
  readonly #fetch: typeof fetch;

  constructor(fetchIt: typeof fetch) {
    this.#fetch = fetchIt;
  }

  clientInformation(): OAuthClientInformationMixed | undefined {
    return this.#client;
  }

  saveClientInformation(client: OAuthClientInformationMixed): void {
    this.#client = client;
  }

  tokens(): OAuthTokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: OAuthTokens): void {
    this.#tokens = tokens;
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.#discovered = state;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discovered;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  async redirectToAuthorization(url: URL): Promise<void> {
    const cookies = new Map<string, string>();
    let at = url;
    // Through the pages where a person logs in.
    for (let hops = 0; hops < 10 && !at.href.startsWith(REDIRECT); hops++) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await this.#fetch(at, { redirect: 'manual', headers: { cookie } });
      for (const set of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
        cookies.set(name, value);
      }
      at = new URL(response.headers.get('location') ?? '', at);
    }
    this.answer = at;
  }
}

/** One that has a key, to which its tokens are bound. */
class KeyOwner extends Owner {
  readonly #session: Promise<DpopSession> = DpopSession.create();

  async dpop(): Promise<DpopSession> {
    return this.#session;
  }
}

export type Generation = 'v1' | 'v2, legacy' | 'v2, 2026-07-28';

export interface Authorized {
  readonly client: Pick<ClientV1 | ClientV2, 'close'> & { callTool(call: { name: string }): Promise<unknown> };
  /** What a client was refused for before it had a token, and everything it has asked for. */
  readonly asked: readonly string[];
  /** Once its user was sent to the authorization server again: goes on with the token that comes of it. */
  readonly goOn: () => Promise<void>;
}

/**
 * Connects as a client that has no token yet: refused, sent to the authorization server, let in. `bound`: to a key, where the generation can
 * (v2). `reach`: how URLs are fetched.
 */
export async function authorize(
  generation: Generation,
  url: string,
  bound = false,
  reach: typeof fetch = fetch,
): Promise<Authorized> {
  const asked: string[] = [];
  const recorded: typeof fetch = async (input, init) => {
    const target = input instanceof Request ? input.url : String(input);
    const response = await reach(input, init);
    asked.push(`${init?.method ?? 'GET'} ${target.replace(/\?.*$/, '')} ${response.status}`);
    return response;
  };
  const owner = bound ? new KeyOwner(recorded) : new Owner(recorded);
  const options = { authProvider: owner, fetch: recorded };
  if (generation === 'v1') {
    const first = new HttpV1(new URL(url), options);
    await refused(new ClientV1(INFO).connect(first));
    await first.finishAuth(owner.answer?.searchParams.get('code') ?? '');
    const client = new ClientV1(INFO);
    const transport = new HttpV1(new URL(url), options);
    await client.connect(transport);
    const goOn = () => transport.finishAuth(owner.answer?.searchParams.get('code') ?? '');
    return { client, asked, goOn };
  }
  const versionNegotiation = { mode: generation === 'v2, legacy' ? ('legacy' as const) : { pin: MODERN } };
  const first = new HttpV2(new URL(url), options);
  await refused(new ClientV2(INFO, { versionNegotiation }).connect(first));
  await first.finishAuth(owner.answer?.searchParams ?? new URLSearchParams());
  const client = new ClientV2(INFO, { versionNegotiation });
  const transport = new HttpV2(new URL(url), options);
  await client.connect(transport);
  const goOn = () => transport.finishAuth(owner.answer?.searchParams ?? new URLSearchParams());
  return { client, asked, goOn };
}

async function refused(connecting: Promise<unknown>): Promise<void> {
  try {
    await connecting;
  } catch {
    return;
  }
  throw new Error('the client was let in without a token');
}
