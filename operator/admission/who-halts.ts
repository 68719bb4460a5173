/** Who halts is on record at every gate, so it has to be who the API server knows, and not who somebody says to be. Pure. */
import type { PolicyPack } from '../../core/api/policy-pack.ts';
import { sentence } from '../../core/api/check-object.ts';
import { showValue } from '../../core/api/problem.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { AdmissionRequest, Cause } from './review.ts';

/** Undefined: it halts nothing, or nothing else than before, or says who it is. */
export function whoHalts(
  { spec: { halt } }: PolicyPack,
  { oldObject, userInfo }: Pick<AdmissionRequest, 'oldObject' | 'userInfo'>,
): Cause | undefined {
  const username = userInfo?.username ?? '';
  if (halt === undefined || halt.by === username) return undefined;
  const before = (oldObject?.['spec'] as { readonly halt?: unknown } | undefined)?.halt;
  if (before !== undefined && canonicalJson(before) === canonicalJson(halt)) return undefined;
  const said = halt.by === undefined ? 'is missing' : `${showValue(halt.by)} is not who writes this`;
  const message = sentence(said, `write ${showValue(username)}, as the API server knows you, since it goes on record`);
  return { field: 'spec.halt.by', message };
}
