/** The check of an argument that is a path, or a list of paths: each has to stay within the roots. */
import * as z from 'zod';
import { PathRoots } from '../../inspect/path-roots.ts';
import { judgePath } from '../../inspect/paths.ts';
import type { Inspection, Meter } from '../inspection.ts';
import { strings } from './field.ts';

export const pathArgumentSchema = z.strictObject({
  type: z.literal('path'),
  /** Absolute POSIX paths the value must stay in. */
  roots: strings,
});

/** More are no list a person or model wrote. */
const MAX_PATHS = 1000;

export class PathArgument {
  readonly #roots: PathRoots;

  constructor({ roots }: z.infer<typeof pathArgumentSchema>) {
    this.#roots = new PathRoots(roots);
  }

  /** A sentence about what is wrong; undefined where nothing is, or where `meter` is exhausted: then nothing is known. */
  problemOf(value: unknown, inspection: Inspection, meter: Meter): string | undefined {
    if (value === null || value === undefined) return undefined;
    if (typeof value === 'string') return this.#problemOfPath(value, inspection, meter);
    if (!Array.isArray(value)) return 'It must be a path or a list of paths.';
    if (value.length > MAX_PATHS) return `It must be a list of at most ${MAX_PATHS} paths.`;
    for (const item of value) {
      if (typeof item !== 'string') return 'It must be a list of paths and nothing else.';
      const problem = this.#problemOfPath(item, inspection, meter);
      if (problem !== undefined || meter.exhausted) return problem;
    }
    return undefined;
  }

  #problemOfPath(value: string, inspection: Inspection, meter: Meter): string | undefined {
    const reading = inspection.readPath(value, meter);
    if (reading === undefined || !meter.spend(this.#roots.workOf(reading.readings))) return undefined;
    return judgePath(reading, this.#roots)?.message;
  }
}
