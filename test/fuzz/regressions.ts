/** Every finding there ever was. Rows are run before anything new is tried; a row that is `open` is not mended yet. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, LayerName, StoredInput } from './layers/layer.ts';

const FILE = join(import.meta.dirname, 'regressions.json');

export interface Regression {
  readonly id: string;
  readonly layer: LayerName;
  /** Who read it otherwise than the gate. */
  readonly by: string;
  /** What it was. */
  readonly note: string;
  readonly input: StoredInput;
  /** Not mended yet: findings whose input matches this expression are known and do not end a run. */
  readonly open?: string;
}

export function readRegressions(): Regression[] {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Regression[]) : [];
}

/** As a new row, which has to be mended; somebody writes the note. */
export function addRegression({ layer, by, why, input }: Finding): string {
  const rows = readRegressions();
  const id = `${layer}-${rows.filter((row) => row.layer === layer).length + 1}`;
  writeFileSync(FILE, `${JSON.stringify([...rows, { id, layer, by, note: why.slice(0, 300), input }], null, 2)}\n`);
  return id;
}

export function isKnown(finding: Finding, rows: readonly Regression[]): boolean {
  const text = readable(finding.input);
  return rows.some(
    ({ layer, open }) => layer === finding.layer && open !== undefined && new RegExp(open, 'u').test(text),
  );
}

/** With its escapes decoded: a key is the same key however it is written. */
function readable({ text, base64 }: StoredInput): string {
  const raw = text ?? Buffer.from(base64 ?? '', 'base64').toString();
  return raw.replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
