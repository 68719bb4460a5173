/**
 * The error by which a server says that somebody must go to a page first (MCP 2025-11-25, Elicitation, URL Elicitation Required Error).
 * Clients act on its code, whatever revision they speak: so it is read in all of them.
 */
import { foldedIndex } from './message.ts';
import { JsonView, elementsOf } from './json-view.ts';

const URL_ELICITATION_REQUIRED = -32042;
const MAX_ELICITATIONS = 100;
const KEYS = foldedIndex(['elicitations', 'mode', 'url', 'message', 'elicitationId']);

/** Where it sends people, or what is wrong with it: what cannot be read in one way only could lead elsewhere. */
export function elicitedUrls(error: JsonView): readonly unknown[] | string {
  const code = error.value('code');
  // Some clients read text as the number that it looks like.
  if (error.has('code') && !Number.isSafeInteger(code)) return 'the "code" of its error is no integer';
  if (code !== URL_ELICITATION_REQUIRED) return [];
  if (!error.has('data')) return [];
  const data = error.view('data');
  if (data === undefined || data.misspelled(KEYS) !== undefined) return 'the "data" of its error cannot be read';
  const span = data.span('elicitations');
  if (span === undefined) return [];
  const urls: unknown[] = [];
  for (const element of elementsOf(data.bytes, MAX_ELICITATIONS, span) ?? [undefined]) {
    const elicitation = element === undefined ? undefined : JsonView.of(data.bytes, element);
    if (elicitation === undefined || elicitation.misspelled(KEYS) !== undefined) {
      return 'an elicitation in its error cannot be read';
    }
    urls.push(elicitation.value('url'));
  }
  return urls;
}
