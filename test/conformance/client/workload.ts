/** A workload that shows the JWT its platform gave it instead of a secret (SEP-1933). */
import type { OAuthClientMetadata, OAuthClientProvider, StoredOAuthTokens } from '@modelcontextprotocol/client';

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export class Workload implements OAuthClientProvider {
  readonly redirectUrl = undefined;
  readonly clientMetadata: OAuthClientMetadata = { redirect_uris: [], grant_types: [GRANT] };
  readonly #id: string;
  readonly #jwt: string;
  #tokens: StoredOAuthTokens | undefined;

  constructor(id: string, jwt: string) {
    this.#id = id;
    this.#jwt = jwt;
  }

  clientInformation(): { client_id: string } {
    return { client_id: this.#id };
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
  }

  prepareTokenRequest(scope?: string): URLSearchParams {
    const request = new URLSearchParams({ grant_type: GRANT, assertion: this.#jwt });
    if (scope !== undefined) request.set('scope', scope);
    return request;
  }

  redirectToAuthorization(): never {
    throw new Error('a workload has no browser');
  }

  saveCodeVerifier(): void {}

  codeVerifier(): string {
    return '';
  }
}
