/** What may be lacking of a stream that has no end: an interval, for whoever has to say what is not known. */

export function unended({ line, time }: { line: number; time?: string }, why: string, before?: string): string {
  const since = time === undefined ? '' : ` after ${time}`;
  const until = before === undefined ? '' : ` and before ${before}`;
  return `The stream that ends in line ${line} has no close record: ${why}. What it recorded${since}${until}, if anything, is not here.`;
}
