/** Words of `dlp` that gates know as well. Apart from the schema, which brings the parser of conditions. */

export const CONTENT_PLACES = ['arguments', 'results'] as const;
export type ContentPlace = (typeof CONTENT_PLACES)[number];

export const DLP_EFFECTS = ['Log', 'Redact', 'RequireApproval', 'Deny'] as const;
