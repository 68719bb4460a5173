/** Making a finding small enough to be understood: delta debugging on bytes (Zeller, ddmin), bounded in time. */

/** The shortest that `stillFails` says yes to, of what was tried. */
export async function minimiseBytes(
  bytes: Buffer,
  stillFails: (candidate: Buffer) => Promise<boolean>,
  limitMs: number,
): Promise<Buffer> {
  const deadline = performance.now() + limitMs;
  let best = bytes;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length && performance.now() < deadline;) {
      const candidate = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      if (await stillFails(candidate)) best = candidate;
      else at += size;
    }
  }
  return best;
}
