/** What a token endpoint is asked for one token, in the parameters of its protocol. */
import type {
  ClientCredentials,
  FetchedToken,
  TokenExchange,
} from '../../../../core/policy/settings/fetched-tokens.ts';

export interface Question {
  readonly grantType: string;
  readonly parameters: URLSearchParams;
  /** A token of the caller is in it, which the endpoint may decline. */
  readonly exchanges: boolean;
}

const TOKEN_TYPES = {
  AccessToken: 'urn:ietf:params:oauth:token-type:access_token',
  Jwt: 'urn:ietf:params:oauth:token-type:jwt',
} as const;

/** `subject`: the token of the caller, where one is exchanged; `actor`: what shows the gate as the one that acts for it. */
export function questionOf(said: FetchedToken, subject: string | undefined, actor: string | undefined): Question {
  if ('clientCredentials' in said) {
    return { grantType: 'client_credentials', parameters: askedFor(said.clientCredentials), exchanges: false };
  }
  const { tokenExchange } = said;
  if (subject === undefined) throw new Error('there is no token to exchange');
  return tokenExchange.protocol === 'TokenExchange'
    ? exchange(tokenExchange, subject, actor)
    : onBehalfOf(tokenExchange, subject);
}

/** RFC 8693 §2.1. */
function exchange(said: TokenExchange, subject: string, actor: string | undefined): Question {
  const parameters = askedFor(said);
  parameters.set('subject_token', subject);
  parameters.set('subject_token_type', TOKEN_TYPES[said.subjectType]);
  if (said.actor !== null) {
    if (actor === undefined) throw new Error('there is no token of the actor');
    parameters.set('actor_token', actor);
    parameters.set('actor_token_type', TOKEN_TYPES[said.actor.type]);
  }
  return { grantType: 'urn:ietf:params:oauth:grant-type:token-exchange', parameters, exchanges: true };
}

/** RFC 7523 §2.1, with the parameter by which Microsoft Entra ID knows it from other assertions. */
function onBehalfOf(said: TokenExchange, subject: string): Question {
  const parameters = askedFor(said);
  parameters.set('assertion', subject);
  parameters.set('requested_token_use', 'on_behalf_of');
  return { grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer', parameters, exchanges: true };
}

/** RFC 6749 §3.3, RFC 8707 §2; `audience` is that of RFC 8693, which providers take for client credentials, too. */
function askedFor({ scopes, resources, audiences }: Pick<ClientCredentials, 'scopes' | 'resources' | 'audiences'>) {
  const parameters = new URLSearchParams();
  if (scopes.length > 0) parameters.set('scope', scopes.join(' '));
  for (const resource of resources) parameters.append('resource', resource);
  for (const audience of audiences) parameters.append('audience', audience);
  return parameters;
}
