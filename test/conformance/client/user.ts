/** The OAuth side of a client with a user who agrees to everything at once: the browser is one request. */
import {
  DpopSession,
  type OAuthClientInformationContext,
  type OAuthClientMetadata,
  type OAuthClientProvider,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
} from '@modelcontextprotocol/client';

export class ConsentingUser implements OAuthClientProvider {
  readonly redirectUrl = 'http://localhost:8976/callback';
  readonly clientMetadataUrl = 'https://conformance-test.local/client-metadata.json';
  readonly clientMetadata: OAuthClientMetadata = {
    client_name: 'conformance-client',
    redirect_uris: [this.redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  };
  /** What an authorization server knows of a client is no business of another one. */
  readonly #clients = new Map<string, StoredOAuthClientInformation>();
  readonly #registered: StoredOAuthClientInformation | undefined;
  #tokens: StoredOAuthTokens | undefined;
  #verifier = '';
  #callback: URLSearchParams | undefined;
  #dpop: Promise<DpopSession> | undefined;

  /** `registered`: what a person has arranged with the authorization server before. */
  constructor(registered?: StoredOAuthClientInformation) {
    this.#registered = registered;
  }

  clientInformation(context?: OAuthClientInformationContext): StoredOAuthClientInformation | undefined {
    return this.#registered ?? this.#clients.get(context?.issuer ?? '');
  }

  saveClientInformation(client: StoredOAuthClientInformation, context?: OAuthClientInformationContext): void {
    this.#clients.set(context?.issuer ?? '', client);
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  async redirectToAuthorization(url: URL): Promise<void> {
    const { headers } = await fetch(url, { redirect: 'manual' });
    const location = headers.get('location');
    this.#callback = location === null ? undefined : new URL(location).searchParams;
  }

  /** The key that tokens are bound to, where the authorization server binds them. */
  dpop(): Promise<DpopSession> {
    this.#dpop ??= DpopSession.create();
    return this.#dpop;
  }

  /** What the browser came back with, once. */
  takeCallback(): URLSearchParams | undefined {
    const callback = this.#callback;
    this.#callback = undefined;
    return callback;
  }
}
