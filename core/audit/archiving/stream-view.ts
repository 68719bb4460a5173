/** A stream as the archive shows it to readers: what they need to put its lines into their place and to verify them. */
import * as z from 'zod';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

export const streamViewSchema = z.object({
  server: z.string(),
  stream: z.string(),
  /** Of its first line, and of the last one that came. */
  opened: z.string(),
  last: z.string(),
  /** What its first line is linked to. */
  prev: hex64,
  /** `seq` of the line that would come next. */
  next: count,
  /** SHA-256 of the last line. */
  head: hex64,
  closed: z.boolean(),
  /** Base64: what a gate that died has left of its last line. */
  torn: z.string().optional(),
  /** Lines that the archive never got, because they were let go before they could be sent. */
  gaps: z.array(z.object({ from: count, to: count })),
  /** The first line that was not pruned, what it is linked to, and the tree over those before it. */
  kept: z.object({ from: count, prev: hex64, tree: z.array(z.string()) }),
  /** Verifier keys that the stream itself has named. */
  keys: z.array(z.string()),
});

export type StreamView = z.infer<typeof streamViewSchema>;

export const streamsSchema = z.object({ streams: z.array(streamViewSchema) });
