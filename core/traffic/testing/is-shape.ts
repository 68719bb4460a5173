/** Whether whoever reads a log would take the shape that is written. */
import { readTrafficLine } from '../read-line.ts';
import { callLine } from './lines.ts';

export function isShapeText(written: string): boolean {
  return 'line' in readTrafficLine(JSON.stringify(callLine({ arguments: JSON.parse(written) as never })));
}
