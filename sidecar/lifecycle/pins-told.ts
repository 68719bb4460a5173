/** What becomes of what the operator says, or does not say, of pins: metrics, log, and the table that goes by them. */
import type { Logger } from 'pino';
import type { SharedSnapshot } from '../memory/shared-pins.ts';
import type { DefinitionLinkEvents } from '../operator-client/definition-link.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** `onPins` without a snapshot: what could not be told of before may be shown now. */
export function pinsTold(
  metrics: Pick<Metrics, 'pinsShared' | 'untoldDefinitions'>,
  log: Pick<Logger, 'info' | 'warn'>,
  onPins: (pins: SharedSnapshot | undefined) => void,
): DefinitionLinkEvents {
  return {
    onPins,
    onState(state, problem) {
      // An operator of an earlier version keeps none, which is no fault of its.
      if (state !== 'unsupported') metrics.pinsShared(state === 'together');
      if (state === 'alone') log.warn({ problem }, 'the operator does not answer about pins; those known here go on');
      else log.info({ state }, 'pins of definitions');
      if (state === 'together') onPins(undefined);
    },
    onUntold(count, why) {
      metrics.untoldDefinitions(count);
      log.warn({ count, why }, 'definitions are not told to the operator');
    },
  };
}
