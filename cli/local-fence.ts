/** The last fence of a local gate: what is left when all others have failed is to refuse everything, to say why, and to end in order. */
import { setTimeout as sleep } from 'node:timers/promises';
import { standLastFence } from '../core/last-fence.ts';
import { SAY_WHY_MS, failGate } from '../sidecar/lifecycle/fail-gate.ts';
import type { LocalGate } from './local-gate.ts';
import type { Narrator } from './narrator.ts';

/** Children get six seconds to stop. */
const END_WITHIN_MS = 12_000;

/** `closeListeners` closes what the gate listens on, before the gate itself is closed. */
export function standLocalFence(local: LocalGate, narrator: Narrator, closeListeners: () => Promise<void>): void {
  const { gate } = local;
  standLastFence(
    process,
    {
      onError: (error) => gate.log.fatal({ err: error }, 'nothing caught this error'),
      refuseAll(why) {
        narrator.say(`failed    ${why}`);
        narrator.say('          every call is refused and the gate ends; please report this, with what is above');
        failGate(gate, why);
      },
      async end() {
        await sleep(SAY_WHY_MS);
        await closeListeners();
        await local.close(`failed: ${gate.failed ?? 'nothing caught an error'}`);
      },
    },
    setTimeout,
    END_WITHIN_MS,
  );
}
