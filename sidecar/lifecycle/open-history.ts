/** What came before, as a process before this one left it. Without the file it is remembered until the process ends. */
import type { Clock } from '../../core/clock.ts';
import { LocalHistory } from '../memory/history/local-history.ts';

/** Told in sentences, for whoever runs the gate. */
export interface HistoryListener {
  readonly onProblem: (sentence: string, error: unknown) => void;
}

export function openHistory(path: string, clock: Clock, { onProblem }: HistoryListener): LocalHistory {
  const history = new LocalHistory(clock);
  history.keep({
    path,
    onProblem: (error) =>
      onProblem('limits, budgets and sequences are not kept: with this process they begin anew', error),
    onDamaged: (error) => onProblem(`calls that depend on what came before are refused: ${error.message}`, error),
  });
  return history;
}
