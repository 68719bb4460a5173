/** `kubectl sallyport approvals watch`: what waits, as it comes and goes. */
import { type Command, Option } from 'commander';
import { Printer } from '../audit/printer.ts';
import { addExample } from '../help.ts';
import { renderJsonLine, renderList } from '../render-approval.ts';
import { onceAskedToStop } from '../stop-signals.ts';
import { styleFor } from '../style.ts';
import { withAccess } from './access-options.ts';
import type { Where } from './cluster.ts';
import { LiveTable } from './live-table.ts';
import { watch } from './watch.ts';
import type { Seen, WatchEvent } from './watch-events.ts';

interface WatchOptions extends Where {
  readonly all?: boolean;
  readonly output?: 'text' | 'json';
}

/** How often the time that is left is drawn anew. */
const TICK_MS = 1_000;

export function registerWatch(approvals: Command): void {
  const command = approvals
    .command('watch')
    .description('Follow what waits: on a terminal a table that is drawn anew, else a line of JSON for each change')
    .option('--all', 'also those that are settled')
    .addOption(new Option('-A, --all-namespaces', 'of all namespaces'))
    .addOption(
      new Option('-o, --output <format>', 'how to print (default: text on a terminal, else json)').choices([
        'text',
        'json',
      ]),
    )
    .action((options: WatchOptions) => follow(options));
  addExample(withAccess(command), 'kubectl sallyport approvals watch -A');
}

async function follow({ all = false, output, ...where }: WatchOptions): Promise<void> {
  const isText = output === 'text' || (output === undefined && process.stdout.isTTY);
  const stop = new AbortController();
  const out = new Printer();
  void onceAskedToStop().asked.then(() => stop.abort());
  out.gone.addEventListener('abort', () => stop.abort());
  const shown = isText ? new Drawing(all, where.allNamespaces === true) : new Lines(out);
  try {
    await watch({
      ...{ where, all, signal: stop.signal },
      told: (seen, events) => shown.tell(seen, events),
      warn: (message) => shown.warn(message),
    });
  } finally {
    shown.end();
    out.end();
  }
}

/** For programs: `{"type": …, "object": …}`, as a watch of the Kubernetes API gives it. */
class Lines {
  readonly #out: Printer;

  constructor(out: Printer) {
    this.#out = out;
  }

  tell(_: Seen, events: readonly WatchEvent[]): void {
    for (const event of events) this.#out.print(renderJsonLine(event));
    this.#out.flush();
  }

  warn(message: string): void {
    process.stderr.write(`sallyport: ${message}\n`);
  }

  end(): void {}
}

/** For people. */
class Drawing {
  readonly #table = new LiveTable(process.stdout);
  readonly #look: object;
  readonly #tick: NodeJS.Timeout;
  readonly #all: boolean;
  #seen: Seen | undefined;
  #warning = '';

  constructor(all: boolean, namespaces: boolean) {
    this.#all = all;
    this.#look = { namespaces, style: styleFor(process.stdout) };
    this.#tick = setInterval(() => this.#draw(), TICK_MS);
  }

  tell(seen: Seen): void {
    this.#seen = seen;
    this.#warning = '';
    this.#draw();
  }

  warn(message: string): void {
    this.#warning = `this may be old: ${message}`;
    this.#draw();
  }

  end(): void {
    clearInterval(this.#tick);
  }

  #draw(): void {
    const approvals = this.#seen?.all ?? [];
    const nothing = this.#all ? 'There is no request.' : 'Nothing waits.';
    const table = approvals.length === 0 ? `${nothing}\n` : renderList(approvals, Date.now(), this.#look);
    this.#table.draw(this.#warning === '' ? table : `${table}${this.#warning}\n`);
  }
}
