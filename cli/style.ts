/** Colours for a terminal, and none for anything else: `NO_COLOR` and `FORCE_COLOR` are heeded as Node does (https://no-color.org). */
import { styleText } from 'node:util';

type Paint = (text: string) => string;

export interface Style {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warning: Paint;
}

const asItIs: Paint = (text) => text;

export const PLAIN: Style = { strong: asItIs, faint: asItIs, good: asItIs, bad: asItIs, warning: asItIs };

export function styleFor(stream: NodeJS.WritableStream): Style {
  const paint =
    (format: Parameters<typeof styleText>[0]): Paint =>
    (text) =>
      text === '' ? text : styleText(format, text, { stream });
  return {
    strong: paint('bold'),
    faint: paint('dim'),
    good: paint('green'),
    bad: paint('red'),
    warning: paint('yellow'),
  };
}
