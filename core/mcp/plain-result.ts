/**
 * The result of a tool that says all there is to say and nothing that only this call may know, so that it can be said again: content, and
 * what MCP 2025-11-25 (Tools, Tool Result) and 2026-07-28 (Caching) put beside it. Any other member may mean anything, such as that the
 * call goes on as a task, or that the server asks for more.
 */
import { endOfValue } from './json-scan.ts';
import { type Edit, JsonView, splice } from './json-view.ts';
import type { MessageId } from './message.ts';

const MEMBERS: ReadonlySet<string> = new Set([
  ...['content', 'structuredContent', 'isError', '_meta', 'resultType', 'ttlMs', 'cacheScope'],
]);

/** Namespaced as MCP wants it (Base Protocol, `_meta`). */
const CACHE_META_KEY = 'sallyport.dev/cache';

/** How long a server says that its result holds, and for whom (MCP 2026-07-28, Caching). Of results of tools it need not say so. */
interface Hints {
  /** Milliseconds; undefined: it does not say. */
  readonly ttlMs: number | undefined;
  /** It is for the caller alone. */
  readonly isPrivate: boolean;
}

export class PlainResult implements Hints {
  /** Its JSON text: a copy that keeps nothing else in memory. */
  readonly text: Buffer;
  readonly ttlMs: number | undefined;
  readonly isPrivate: boolean;
  readonly #view: JsonView;

  private constructor(view: JsonView, { ttlMs, isPrivate }: Hints) {
    this.text = view.bytes;
    this.ttlMs = ttlMs;
    this.isPrivate = isPrivate;
    this.#view = view;
  }

  /** Undefined where it is an error, anything else than plain, or longer than so many bytes. */
  static of(result: JsonView, maxBytes: number): PlainResult | undefined {
    const hints = hintsOf(result);
    if (hints === undefined) return undefined;
    const { bytes, start } = result;
    const end = endOfValue(bytes, start, bytes.length);
    if (end < 0 || end - start > maxBytes) return undefined;
    const text = Buffer.allocUnsafeSlow(end - start);
    bytes.copy(text, 0, start, end);
    const view = JsonView.of(text);
    return view === undefined ? undefined : new PlainResult(view, hints);
  }

  /** The same as the answer to another request, `ageMs` later: with its age, and what is left of the time that it holds. */
  answer(id: MessageId, ageMs: number): Buffer {
    const edits = [this.#mark(ageMs)];
    const ttl = this.#view.span('ttlMs');
    if (ttl !== undefined && this.ttlMs !== undefined)
      edits.push({ span: ttl, text: String(Math.max(0, this.ttlMs - ageMs)) });
    const result = splice(
      this.text,
      edits.toSorted((a, b) => a.span.start - b.span.start),
    );
    return Buffer.concat([Buffer.from(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":`), result, CLOSE]);
  }

  #mark(ageMs: number): Edit {
    const mark = `${JSON.stringify(CACHE_META_KEY)}:${JSON.stringify({ ageMs })}`;
    const meta = this.#view.view('_meta');
    if (meta === undefined) return insertion(this.#view.start + 1, `"_meta":{${mark}},`);
    return insertion(meta.start + 1, meta.keys.length === 0 ? mark : `${mark},`);
  }
}

const CLOSE = Buffer.from('}');

function insertion(at: number, text: string): Edit {
  return { span: { start: at, end: at }, text };
}

function hintsOf(result: JsonView): Hints | undefined {
  if (!result.keys.every((key) => MEMBERS.has(key)) || !result.has('content')) return undefined;
  if (result.has('isError') && result.value('isError') !== false) return undefined;
  if (result.has('resultType') && result.string('resultType') !== 'complete') return undefined;
  // What the gate says of a result must not be the server's word.
  if (result.has('_meta') && result.view('_meta')?.has(CACHE_META_KEY) !== false) return undefined;
  const ttlMs = result.value('ttlMs');
  if (result.has('ttlMs') && !(typeof ttlMs === 'number' && ttlMs >= 0)) return undefined;
  const isPrivate = result.has('cacheScope') && result.string('cacheScope') !== 'public';
  return { ttlMs: typeof ttlMs === 'number' ? ttlMs : undefined, isPrivate };
}
