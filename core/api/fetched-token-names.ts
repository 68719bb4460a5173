/** What the entries for fetched tokens may name. Apart from their schema, which a gate has no use for and which takes memory. */

/** RFC 6749 §2.3.1: `client_secret_basic`, `client_secret_post`. */
export const SENT_IN = ['Header', 'Body'] as const;
/** RFC 8693, and the form that Microsoft Entra ID has of RFC 7523. */
export const EXCHANGE_PROTOCOLS = ['TokenExchange', 'OnBehalfOf'] as const;
/** RFC 8693 §3. */
export const TOKEN_TYPES = ['AccessToken', 'Jwt'] as const;
