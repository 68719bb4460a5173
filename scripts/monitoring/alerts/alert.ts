/** The form of an alert. */

/**
 * - `critical`: calls are refused or evidence is at stake now; somebody has to look at once.
 * - `warning`: it gets worse, or users notice; somebody has to look today.
 * - `info`: worth knowing; nobody has to get up.
 */
export type Severity = 'critical' | 'warning' | 'info';

export interface Alert {
  /** `Sallyport` and what is wrong; also the heading in docs/runbooks.md. */
  readonly name: `Sallyport${string}`;
  readonly expr: string;
  /** How long it has to be so. */
  readonly for: string;
  readonly severity: Severity;
  /** One line: what is so, of what. Labels by Go templates, as `{{ $labels.server }}`. */
  readonly summary: string;
  /** What it means and the first thing to do. */
  readonly description: string;
}

/** What many look at and what is dear to compute, under a name by Prometheus' convention `level:metric:operation`. */
export interface Recording {
  readonly record: string;
  readonly expr: string;
}

export interface Group {
  readonly name: string;
  readonly records?: readonly Recording[];
  readonly alerts: readonly Alert[];
}
