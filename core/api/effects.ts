/** What can become of a message, from the mildest to the strictest: of all that is said about one, the strictest holds. */
export const EFFECTS = ['Allow', 'Log', 'Redact', 'RequireApproval', 'Deny'] as const;
export type Effect = (typeof EFFECTS)[number];

/** What a rule on a call can say. Not `Redact`: what is cut out of a message is said where it is looked for, in `dlp`. */
export const RULE_EFFECTS = ['Allow', 'Log', 'RequireApproval', 'Deny'] as const satisfies readonly Effect[];
export type RuleEffect = (typeof RULE_EFFECTS)[number];

/** What a rule can say on what cannot wait for a person: approvals are for tools, resources and prompts. */
export const UNHELD_EFFECTS = ['Allow', 'Log', 'Deny'] as const satisfies readonly Effect[];

/** What can become of a call that costs more than is left. */
export const BUDGET_EFFECTS = ['Deny', 'RequireApproval'] as const satisfies readonly Effect[];
