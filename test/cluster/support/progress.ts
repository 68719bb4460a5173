/** Words for the terminal while something takes long: people and CI systems take silence for a hang. */

const HEARTBEAT_MS = 10_000;

/** Says what is being done, says again every ten seconds that it still is, and how long it took. */
export async function withProgress<T>(title: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const seconds = (digits: number): string => `${((performance.now() - started) / 1000).toFixed(digits)} s`;
  console.log(`  ▶ ${title}`);
  const heartbeat = setInterval(() => console.log(`  … still at it, ${seconds(0)}: ${title}`), HEARTBEAT_MS);
  try {
    const result = await work();
    console.log(`  ✔ ${title}: ${seconds(1)}`);
    return result;
  } finally {
    clearInterval(heartbeat);
  }
}
