/** A table on a terminal that is drawn anew in its place. */
import { columnsOf, fold } from '../../core/shown/terminal-text.ts';

interface Screen {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

const DEFAULT_ROWS = 24;
const DEFAULT_COLUMNS = 80;

export class LiveTable {
  readonly #screen: Screen;
  #lines = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** In place of what was drawn before. What does not fit on the screen is counted, since a terminal cannot go back to what has left it. */
  draw(text: string): void {
    const { columns = DEFAULT_COLUMNS, rows = DEFAULT_ROWS } = this.#screen;
    const lines = text.trimEnd().split('\n');
    const room = Math.max(2, rows - 2);
    const shown = lines.length <= room ? lines : [...lines.slice(0, room - 1), `… and ${lines.length - room + 1} more`];
    const cut = shown.map((line) => (columnsOf(line) < columns ? line : `${fold(line, columns - 2)[0]}…`));
    const back = this.#lines === 0 ? '' : `\u001b[${this.#lines}F`;
    this.#screen.write(`${back}\u001b[0J${cut.join('\n')}\n`);
    this.#lines = cut.length;
  }
}
