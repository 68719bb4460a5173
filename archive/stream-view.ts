/** A stream as readers see it. */
import type { StreamView } from '../core/audit/archiving/stream-view.ts';
import type { StreamRow } from './store/stream-row.ts';

export function viewOf(row: StreamRow): StreamView {
  return {
    server: row.server,
    stream: row.name,
    opened: new Date(row.opened).toISOString(),
    last: new Date(row.last).toISOString(),
    prev: row.firstPrev,
    next: row.next,
    head: row.head,
    closed: row.closed,
    ...(row.torn === undefined ? {} : { torn: row.torn }),
    gaps: [...row.gaps],
    kept: { from: row.kept, prev: row.keptPrev, tree: [...row.keptTree] },
    keys: [...row.keys],
  };
}
