/** One process of several that fuzz; told what to do by workers.ts. */
import { once } from 'node:events';
import { fuzz } from './campaign.ts';
import type { Report, Task } from './workers.ts';

const send = (report: Report): void => {
  process.send?.(report);
};
const [task] = (await once(process, 'message')) as [Task];
const outcome = await fuzz({
  ...task,
  onProgress: (progress) => send({ progress }),
  say: (line) => send({ line }),
});
send({ outcome });
process.disconnect();
