/** What `kubectl get --watch --output-watch-events -o json` prints, as events, and what is there by them. */
import { isRequest, type Stored } from './cluster.ts';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Stored;
}

const TYPES: readonly string[] = ['ADDED', 'MODIFIED', 'DELETED'] satisfies WatchEvent['type'][];

/** Far more than an object of an API server has; more is not what kubectl prints. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

export class WatchEvents {
  #begun = '';

  /** One to a line, as kubectl has them. Those that are whole by now. Throws an Error for what no kubectl prints. */
  push(text: string): WatchEvent[] {
    const lines = (this.#begun + text).split('\n');
    this.#begun = lines.pop() ?? '';
    if (this.#begun.length > MAX_CHARACTERS) throw new Error('kubectl prints something that is no event');
    return lines
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line))
      .filter(isEvent);
  }
}

/** Bookmarks and errors are none. */
function isEvent(value: unknown): value is WatchEvent {
  if (typeof value !== 'object' || value === null || !('type' in value) || !('object' in value)) return false;
  return typeof value.type === 'string' && TYPES.includes(value.type) && isRequest(value.object);
}

/** What is there, whatever comes twice. */
export class Seen {
  readonly #byUid = new Map<string, Stored>();

  get all(): Stored[] {
    return [...this.#byUid.values()];
  }

  /** False where it says nothing new, as it does of everything after a new beginning. */
  take({ type, object }: WatchEvent): boolean {
    const { uid, resourceVersion } = object.metadata;
    if (type === 'DELETED') return this.#byUid.delete(uid);
    if (this.#byUid.get(uid)?.metadata.resourceVersion === resourceVersion) return false;
    this.#byUid.set(uid, object);
    return true;
  }

  /** After a while in which nobody looked: what has happened since. */
  catchUp(now: readonly Stored[]): WatchEvent[] {
    const there = new Set(now.map(({ metadata }) => metadata.uid));
    const gone = this.all.filter(({ metadata }) => !there.has(metadata.uid));
    const events: WatchEvent[] = [
      ...gone.map((object): WatchEvent => ({ type: 'DELETED', object })),
      ...now.map((object): WatchEvent => ({
        type: this.#byUid.has(object.metadata.uid) ? 'MODIFIED' : 'ADDED',
        object,
      })),
    ];
    return events.filter((event) => this.take(event));
  }
}
