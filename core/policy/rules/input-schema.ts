/** Whether arguments have to fit the `inputSchema` of their tool. */
import * as z from 'zod';
import type { PolicyPack } from '../../api/policy-pack.ts';

export const inputSchemaRule = z.strictObject({
  /** `namespace/pack#arguments.schema`. */
  id: z.string(),
});
type BundleInputSchema = Readonly<z.infer<typeof inputSchemaRule>>;

export function compileInputSchema(
  pack: string,
  { arguments: said }: PolicyPack['spec'],
): { inputSchema?: BundleInputSchema; shadowInputSchema?: BundleInputSchema } {
  const rule = { id: `${pack}#arguments.schema` };
  if (said?.schema === 'Enforce') return { inputSchema: rule };
  return said?.schema === 'Shadow' ? { shadowInputSchema: rule } : {};
}
