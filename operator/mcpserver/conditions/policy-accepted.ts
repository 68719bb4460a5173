/** PolicyAccepted: do the packs that apply compile into one bundle? */
import { formatLabels } from '../../labels.ts';
import type { WantedBundle } from '../bundle.ts';
import type { ServerFacts } from '../facts.ts';
import { no, someOf, type Verdict, yes } from '../verdict.ts';

export function policyAccepted({ server }: ServerFacts, wanted: WantedBundle): Verdict {
  if (wanted.kind === 'rejected') {
    return no(wanted.reason, `${wanted.problem}. The last good policy stays in force until this is mended.`);
  }
  if (wanted.packs.length > 0) return yes('Compiled', `${wanted.revision} from ${someOf(wanted.packs)}`);
  const labels = formatLabels(server.metadata.labels ?? {});
  const hint = labels === '' ? 'has no targets (this server has no labels)' : `targets ${labels}`;
  return yes('NoPacks', `No PolicyPack applies, so every call is denied. Create one in this namespace that ${hint}.`);
}
