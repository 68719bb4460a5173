/**
 * What an API server says of a value that a CEL rule refuses. Before 1.35 or so it names the type in the place of the value, or nothing
 * (`Invalid value: "object": …`); the rest is the same, word for word.
 */
import { isNewest } from '../../tools.ts';

/** For both sides of a comparison. */
export function asSaid(text: string): string {
  return isNewest() ? text : text.replaceAll(/Invalid value: (?:"[^"\n]*": |\d+: )?/g, 'Invalid value: ');
}
