/** The pins of all gates as they were heard of last, for a gate that starts again while the operator is away. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseJson } from '../../core/mcp/parse-json.ts';
import { readSnapshot, type SharedSnapshot } from './shared-pins.ts';

/** Undefined where there are none, or none that can be read. */
export function readSharedPins(path: string): SharedSnapshot | undefined {
  try {
    return readSnapshot(parseJson(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** As a whole or not at all. Throws the system's error. */
export function writeSharedPins(path: string, snapshot: SharedSnapshot): void {
  const next = `${path}.new`;
  writeFileSync(next, JSON.stringify(snapshot), { mode: 0o600 });
  renameSync(next, path);
}
