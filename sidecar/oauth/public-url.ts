/**
 * The two names of one endpoint: the URL at which clients reach the gate, and the one at which the gate reaches the server. A server
 * that does not know the first writes the second into its OAuth metadata, where a client must find the URL it has called (RFC 9728 §3.3).
 */
import type { BundleServer } from '../../core/policy/bundle.ts';

/** The documents a client looks for, with the path of the endpoint or issuer behind (RFC 9728 §3.1, RFC 8414 §3.1). */
export const WELL_KNOWN =
  /^\/\.well-known\/(?:oauth-protected-resource|oauth-authorization-server|openid-configuration)(?=\/|$)/;

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '0.0.0.0']);
/** Scheme and authority, without credentials. */
const ORIGIN = /^https?:\/\/[^/?#\\@\s]+(?=[/?#]|$)/i;

/** Of a request whose Host has been checked; what names no host all the same is not thrown about, it only makes no URL of its own. */
export function publicUrlOf(access: BundleServer['access'], host: string | undefined): string {
  if (access.url !== null) return access.url;
  const scheme = access.tls === undefined ? 'http' : 'https';
  const url = `${scheme}://${host?.toLowerCase() ?? ''}/mcp`;
  return URL.canParse(url) ? url : `${scheme}://localhost/mcp`;
}

export class UrlMap {
  readonly #server: URL;
  readonly #serverPath: string;
  readonly #publicUrl: string;
  readonly #publicOrigin: string;
  readonly #publicPath: string;

  /** Both are URLs of the MCP endpoint. */
  constructor(server: URL, publicUrl: string) {
    const url = new URL(publicUrl);
    this.#server = server;
    this.#serverPath = server.pathname === '/' ? '' : server.pathname;
    this.#publicUrl = publicUrl;
    this.#publicOrigin = url.origin;
    this.#publicPath = url.pathname === '/' ? '' : url.pathname;
  }

  /** The URL as clients can use it; those of other origins stay as they are, letter by letter. */
  toPublic(text: string): string {
    const rest = this.ownPart(text);
    if (rest === undefined) return text;
    const path = /^[^?#]*/.exec(rest)?.[0] ?? '';
    const behind = rest.slice(path.length);
    if (this.#serverPath !== '' && path === this.#serverPath) return this.#publicUrl + behind;
    const document = WELL_KNOWN.exec(path)?.[0];
    const endpoint = this.#serverPath !== '' && document !== undefined && path === document + this.#serverPath;
    return this.#publicOrigin + (endpoint ? document + this.#publicPath : path) + behind;
  }

  /** Path, query and fragment of a URL of the server itself; undefined for all others. */
  ownPart(text: string): string | undefined {
    const origin = ORIGIN.exec(text)?.[0];
    const url = origin === undefined ? null : URL.parse(origin);
    if (origin === undefined || url === null) return undefined;
    const { protocol, port, hostname } = this.#server;
    // A server on loopback goes by several names, and says the one it likes.
    const sameHost = url.hostname === hostname || (LOOPBACK.has(url.hostname) && LOOPBACK.has(hostname));
    return sameHost && url.protocol === protocol && url.port === port ? text.slice(origin.length) : undefined;
  }

  /** The path at which the server has what clients ask for under `path`. */
  toServer(path: string): string {
    const document = WELL_KNOWN.exec(path)?.[0];
    if (document === undefined) {
      // OpenID Connect puts the path of the issuer in front (OpenID Connect Discovery 1.0 §4).
      const at = path.indexOf('/.well-known/');
      return at > 0 && this.#isEndpoint(path.slice(0, at)) ? this.#serverPath + path.slice(at) : path;
    }
    return this.#isEndpoint(path.slice(document.length)) ? document + this.#serverPath : path;
  }

  /** A proxy in front may have its own path for the endpoint, and pass well-known paths on as they are. */
  #isEndpoint(path: string): boolean {
    return path === '/mcp' || (path !== '' && path === this.#publicPath);
  }
}
