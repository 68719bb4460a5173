/** An MCP server of both eras that asks for tokens and makes them itself: the official SDKs, put together as their examples are. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { DemoInMemoryAuthProvider } from '@modelcontextprotocol/sdk/examples/server/demoInMemoryOAuthProvider.js';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import { getOAuthProtectedResourceMetadataUrl, mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { type FixtureState, registerFixture } from './fixture-surface.ts';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;
/** Whoever parses the body of a request leaves it there. */
type Parsed = IncomingMessage & { readonly body?: unknown };

export interface OAuthServer extends FixtureState {
  readonly url: string;
  /** Authorization headers that reached the MCP endpoint. */
  readonly tokens: (string | undefined)[];
  /** From now on it takes this for its URL, and only tokens that were made for it. */
  isKnownAs(publicUrl: string): void;
  close(): Promise<void>;
}

export async function startOAuthServer(path = '/mcp'): Promise<OAuthServer> {
  const state: FixtureState = { executed: [], finished: [], aborted: [] };
  const tokens: (string | undefined)[] = [];
  const mcp = createMcpHandler(() => registerFixture(state), { keepAliveMs: 0 });
  const provider = new CheckedProvider();
  const serveMcp = async (request: Parsed, response: ServerResponse): Promise<void> => {
    tokens.push(request.headers.authorization);
    await send(await mcp.fetch(toWebRequest(request)), response);
  };
  const appFor = (url: URL, expectedResource: URL | undefined): Listener => {
    const app = createMcpExpressApp({ host: '127.0.0.1' });
    const issuerUrl = new URL(url.origin);
    app.use(
      mcpAuthRouter({ provider, issuerUrl, baseUrl: issuerUrl, resourceServerUrl: url, scopesSupported: ['mcp'] }),
    );
    const asked = requireBearerAuth({
      verifier: provider,
      resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(url),
      ...(expectedResource === undefined ? {} : { expectedResource }),
    });
    app.all(path, asked, (request: Parsed, response: ServerResponse) => {
      serveMcp(request, response).catch(() => response.destroy());
    });
    return app;
  };
  let app: Listener = (_request, response) => response.end();
  const server = http.createServer((request, response) => app(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  app = appFor(new URL(url), undefined);
  return {
    ...state,
    url,
    tokens,
    isKnownAs(publicUrl) {
      app = appFor(new URL(publicUrl), new URL(publicUrl));
    },
    async close() {
      await mcp.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The example says of an unknown token that it failed itself. */
class CheckedProvider extends DemoInMemoryAuthProvider {
  override async verifyAccessToken(token: string): Promise<AuthInfo> {
    try {
      return await super.verifyAccessToken(token);
    } catch {
      throw new InvalidTokenError('This token is not known');
    }
  }
}

function toWebRequest(request: Parsed): Request {
  const { method = 'GET', url = '', body } = request;
  const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const init = { method, headers };
  return new Request(`http://127.0.0.1${url}`, method === 'POST' ? { ...init, body: JSON.stringify(body) } : init);
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) response.end();
  else await pipeline(Readable.fromWeb(answer.body), response);
}
