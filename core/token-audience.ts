/** What a token says of itself (RFC 7519 §4.1.3), unproven: enough to spare those who prove tokens all that are not for us. */
export function claimsAudience(token: string, audience: string): boolean {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const { aud } = (payload ?? {}) as { aud?: unknown };
    return [aud].flat().includes(audience);
  } catch {
    return false;
  }
}
