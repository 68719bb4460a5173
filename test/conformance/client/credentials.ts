/** Who the client is to the authorization server: what the scenario hands out, else a user with a browser. */
import {
  ClientCredentialsProvider,
  CrossAppAccessProvider,
  type OAuthClientProvider,
  PrivateKeyJwtProvider,
  requestJwtAuthorizationGrant,
} from '@modelcontextprotocol/client';
import type { Task } from './task.ts';
import { ConsentingUser } from './user.ts';
import { Workload } from './workload.ts';

export function credentialsFor({ scenario, context }: Task): OAuthClientProvider {
  const given = (key: string): string => context[key] ?? '';
  const clientId = given('client_id');
  const clientSecret = given('client_secret');
  switch (scenario) {
    case 'auth/client-credentials-basic':
      return new ClientCredentialsProvider({ clientId, clientSecret });
    case 'auth/client-credentials-jwt':
      return new PrivateKeyJwtProvider({
        clientId,
        privateKey: given('private_key_pem'),
        algorithm: given('signing_algorithm'),
      });
    case 'auth/enterprise-managed-authorization':
      return new CrossAppAccessProvider({
        clientId,
        clientSecret,
        assertion: async ({ authorizationServerUrl, resourceUrl, scope, fetchFn }) => {
          const grant = await requestJwtAuthorizationGrant({
            tokenEndpoint: given('idp_token_endpoint'),
            audience: authorizationServerUrl,
            resource: resourceUrl,
            idToken: given('idp_id_token'),
            clientId: given('idp_client_id'),
            ...(scope === undefined ? {} : { scope }),
            fetchFn,
          });
          return grant.jwtAuthGrant;
        },
      });
    case 'auth/wif-jwt-bearer':
      return new Workload(clientId, given('valid_jwt'));
    case 'auth/pre-registration':
      return new ConsentingUser({
        client_id: clientId,
        client_secret: clientSecret,
        issuer: given('issuer'),
        token_endpoint_auth_method: 'client_secret_basic',
      });
    default:
      return new ConsentingUser();
  }
}
