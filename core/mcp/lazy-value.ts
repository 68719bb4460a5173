/**
 * The value of a JSON object whose large members are made when somebody reads them: a call is decided on by a few small ones, and goes
 * on as the bytes it came in. To whoever reads it, it is what `JSON.parse` would have given.
 */
import type { JsonView } from './json-view.ts';

/** To put it off takes as long as to parse as much. */
const SMALL = 256;

/** The text is known to be strict JSON, and holds no `__proto__`. */
export function lazyValue(view: JsonView): object {
  const object: Record<string, unknown> = {};
  for (const key of view.keys) {
    const span = view.span(key);
    if (span === undefined || span.end - span.start <= SMALL) object[key] = view.value(key);
    else putOff(object, key, view);
  }
  return object;
}

function putOff(object: object, key: string, view: JsonView): void {
  Object.defineProperty(object, key, {
    ...{ configurable: true, enumerable: true },
    get() {
      const inner = view.scannedView(key);
      const value = inner === undefined ? view.value(key) : lazyValue(inner);
      Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
      return value;
    },
  });
}
