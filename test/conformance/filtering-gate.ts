/** A gate whose policy denies, hides and holds; filtered.yaml says what the suite has to find of it. */
import { startGate } from '../support/gate.ts';
import { type PackSpec, policyOf } from '../support/policy.ts';
import type { GateProcess } from './gate-process.ts';

const FILTERING: PackSpec = {
  tools: [
    { names: ['*'], effect: 'Allow' },
    { names: ['test_image_content', 'test_input_required_result_tampered_state'], effect: 'Deny' },
    { names: ['test_audio_content'], effect: 'RequireApproval', approval: { hold: '0s' } },
  ],
  resources: [
    { uris: ['**'], effect: 'Allow' },
    { uris: ['test://static-binary'], effect: 'Deny' },
  ],
  prompts: [
    { names: ['*'], effect: 'Allow' },
    { names: ['test_prompt_with_image'], effect: 'Deny' },
  ],
  clientRequests: { sampling: { effect: 'Deny', reason: 'servers here bring their own model' } },
};

/** In this process, where somebody can be asked about a held call; nobody answers. */
export async function startFilteringGate(upstream: string): Promise<GateProcess> {
  const gate = await startGate({ upstream });
  gate.setPolicy(policyOf(FILTERING, { anonymous: true, origins: [new URL(gate.url).origin] }));
  return gate;
}
