/** Where a call reaches to, as far as its arguments say: hosts of URLs, and the first two folders of absolute paths. */

/** Of larger arguments nothing is looked for: they are unusual by their size. */
const MAX_BYTES = 64 * 1024;
const MAX_PLACES = 8;
const MAX_VALUES = 256;
const MAX_TEXT = 2_048;

/** At most eight, each once, in their order. `sent`: the text of the arguments. */
export function placesIn(sent: Buffer | undefined): readonly string[] {
  if (sent === undefined || sent.length > MAX_BYTES) return [];
  const found = new Set<string>();
  const left: unknown[] = [parsed(sent)];
  for (let i = 0; i < MAX_VALUES && left.length > 0 && found.size < MAX_PLACES; i++) {
    const value = left.shift();
    if (typeof value === 'string') {
      const place = value.length > MAX_TEXT ? undefined : placeOf(value);
      if (place !== undefined) found.add(place);
    } else if (typeof value === 'object' && value !== null) left.push(...Object.values(value).slice(0, MAX_VALUES));
  }
  return [...found];
}

function parsed(sent: Buffer): unknown {
  try {
    return JSON.parse(sent.toString('utf8'));
  } catch {
    return undefined;
  }
}

function placeOf(text: string): string | undefined {
  if (text.includes('://')) return URL.parse(text)?.hostname || undefined;
  if (!text.startsWith('/')) return undefined;
  const [, first, second] = text.split('/', 3);
  if (first === undefined || first === '') return undefined;
  return second === undefined || second === '' ? `/${first}` : `/${first}/${second}`;
}
