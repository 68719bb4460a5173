/** A traffic log in a folder of the test, and policies to hold it against. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { TrafficCall, TrafficLine } from '../../core/traffic/line.ts';
import type { Shape } from '../../core/traffic/shape.ts';
import { callLine, HEAD } from '../../core/traffic/testing/lines.ts';

export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-traffic-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** With a head before it, and whatever `rest` says behind. */
export function trafficFile(lines: readonly TrafficLine[], rest = ''): string {
  const file = join(testFolder(), 'traffic.jsonl');
  writeFileSync(file, `${[HEAD, ...lines].map((line) => JSON.stringify(line)).join('\n')}\n${rest}`);
  return file;
}

export function packFile(spec: string, name = 'other'): string {
  const file = join(testFolder(), `${name}.yaml`);
  writeFileSync(
    file,
    `apiVersion: sallyport.dev/v1alpha1\nkind: PolicyPack\nmetadata: {name: ${name}}\nspec: ${spec}\n`,
  );
  return file;
}

export const BOB = { kind: 'token', name: 'bob', groups: [] };

/** Of `read_file` by ada below /data/reports, if nothing else is said. */
export function reads(more: Partial<TrafficCall> = {}, under = '/data/reports'): TrafficCall {
  const shape: Shape = { is: 'object', members: { path: { is: 'path', under, parts: 1 } } };
  return callLine({ arguments: shape, ...more });
}
