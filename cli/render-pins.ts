/** Pins as people and scripts read them. Everything in them are the words of servers. */
import { summariseChange } from '../core/inspect/definitions/diff.ts';
import { inspectName, KnownNames } from '../core/inspect/definitions/names.ts';
import type { Pinned } from './pins-state.ts';
import { table, visible, visibleJson } from '../core/shown/terminal-text.ts';

const SHORT = 'sha256:'.length + 12;
const LONGEST_NAME = 60;

export function renderPins(pins: readonly Pinned[]): string {
  if (pins.length === 0)
    return 'No definitions are kept: a gate keeps what its server lists under a pack with definitions.pin.\n';
  const rows = pins.map(({ server, of, state, definition, before }) => [
    visible(server),
    of.kind,
    shortName(of.name),
    `${of.digest.slice(0, SHORT)}…`,
    state === 'changed' && definition !== undefined
      ? `changed: ${visible(summariseChange(before, definition))}`
      : state,
  ]);
  const warnings = lookAlikes(pins).map((warning) => `${visible(warning)}\n`);
  return `${table(['SERVER', 'KIND', 'NAME', 'DIGEST', 'STATE'], rows)}${warnings.join('')}`;
}

export function renderPinsJson(pins: readonly Pinned[]): string {
  const items = pins.map(({ server, of, state, definition, before }) => ({ server, ...of, state, definition, before }));
  return visibleJson(`${JSON.stringify({ items, warnings: lookAlikes(pins) }, null, 2)}\n`);
}

/** For `definitions.accept` of a pack. */
export function renderPinsYaml(pins: readonly Pinned[]): string {
  const lines = pins.map(({ of }) => `  - ${of.digest} # ${of.kind} ${shortName(of.name)}\n`);
  return lines.length === 0 ? 'accept: []\n' : `accept:\n${lines.join('')}`;
}

/** As an answer to `tools/list`, for whoever asks of the tools: `explain --tools`, and `tools` of a file of cases. */
export function renderPinsTools(pins: readonly Pinned[]): string {
  const tools = pins.flatMap(({ of, definition }) => (of.kind === 'tool' ? (definition ?? []) : []));
  return visibleJson(`${JSON.stringify({ tools }, null, 2)}\n`);
}

export function namePin({ server, of }: Pinned): string {
  const what = of.kind === 'instructions' ? 'the instructions' : `${of.kind} ${visible(JSON.stringify(of.name))}`;
  return `${what} of ${visible(server)}`;
}

function shortName(name: string): string {
  const shown = visible(name);
  return shown.length > LONGEST_NAME ? `${shown.slice(0, LONGEST_NAME - 1)}…` : shown;
}

/** Tools of different servers that a model, or a person, takes for one another. */
function lookAlikes(pins: readonly Pinned[]): string[] {
  const tools = pins.filter(({ of }) => of.kind === 'tool');
  return tools.flatMap(({ server, of }, i) => {
    const others = tools.slice(0, i).filter((other) => other.server !== server);
    const known = new KnownNames(others.map((other) => ({ name: other.of.name, owner: other.server })));
    const finding = inspectName(of.name, known);
    return finding === undefined ? [] : [`warning: ${server}: ${finding.message}`];
  });
}
