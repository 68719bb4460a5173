/** The gate as the protected resource of an authorization server (RFC 9728; MCP 2025-06-18 and later, Authorization). */
import type { BundleServer } from '../../core/policy/bundle.ts';
import { PROOF_ALGORITHMS } from '../identity/dpop/public-key.ts';
import { publicUrlOf } from './public-url.ts';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

type Access = BundleServer['access'];

/** Where a client finds what to do for a token; undefined where no issuer is trusted. */
export function resourceMetadataUrl(access: Access, host: string | undefined): string | undefined {
  if (access.jwt === undefined) return undefined;
  const { origin, pathname } = new URL(publicUrlOf(access, host));
  return `${origin}${WELL_KNOWN}${pathname === '/' ? '' : pathname}`;
}

/** RFC 9728 §3.1: behind the well-known path stands that of the resource. Clients of before look for it without. */
export function isResourceMetadata(path: string, access: Access): boolean {
  if (access.jwt === undefined || !path.startsWith(WELL_KNOWN)) return false;
  const rest = path.slice(WELL_KNOWN.length);
  return rest === '' || rest === '/mcp' || (access.url !== null && rest === new URL(access.url).pathname);
}

/** RFC 9728 §2: of this, a client has no way around it. */
function takesBoundAlone({ jwt = [] }: Access): boolean {
  return jwt.every(({ dpop }) => dpop === 'Required');
}

/** RFC 9728 §2. `scopes`: with which a client begins. */
export function resourceMetadata(access: Access, host: string | undefined, scopes: readonly string[]): object {
  return {
    resource: publicUrlOf(access, host),
    authorization_servers: (access.jwt ?? []).map(({ issuer }) => issuer),
    ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
    // RFC 8705 §3.3
    ...(access.certificates === undefined ? {} : { tls_client_certificate_bound_access_tokens: true }),
    ...(takesBoundAlone(access) ? { dpop_bound_access_tokens_required: true } : {}),
  };
}
