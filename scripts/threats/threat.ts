/** What a catalogue of threats has, and what is said to each of its threats. */
import type { ControlId } from './controls.ts';

export interface Threat {
  /** As the catalogue has it. */
  readonly id: string;
  /** As the catalogue has it. */
  readonly title: string;
  /** What stands against it, the first first. Empty: nothing does, and `left` says why. */
  readonly controls: readonly ControlId[];
  /** What stays possible all the same, in a sentence or two of Markdown; links are from docs/. */
  readonly left: string;
}

export interface Framework {
  readonly title: string;
  /** Where its ids and titles are from. */
  readonly url: string;
  /** Which edition was read, and when where it has no versions. */
  readonly version: string;
  readonly note?: string;
  readonly threats: readonly Threat[];
}

/** A row of a catalogue: id, title, controls, what is left. */
export type Row = readonly [id: string, title: string, controls: readonly ControlId[], left: string];

export function threatsOf(rows: readonly Row[]): Threat[] {
  return rows.map(([id, title, controls, left]) => ({ id, title, controls, left }));
}
