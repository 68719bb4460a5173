/** By what a principal is told from all others: two issuers may know different people by one name. */
import * as z from 'zod';
import { lineSchema } from './common.ts';
import { kubernetesNamesSchema } from './requesters.ts';

export function provenNameFields() {
  return {
    name: lineSchema(253, 'billing-agent').describe('Name of the principal, as proven. Required.'),
    issuer: lineSchema(2048, 'https://login.example.com')
      .optional()
      .describe(
        'Who has signed the token of the principal, where an issuer has. Default: the gate knows it by itself.',
      ),
  };
}

/** Whoever asks, as a request says it. */
export const principalSchema = z.strictObject({
  ...provenNameFields(),
  groups: z
    .array(lineSchema(253, 'agents'))
    .max(256)
    .describe('Groups of the principal, as proven; may be empty. Required, at most 256.'),
  kubernetesUsers: kubernetesNamesSchema('Users', 'ada'),
  kubernetesGroups: kubernetesNamesSchema('Groups', 'billing-team'),
});
