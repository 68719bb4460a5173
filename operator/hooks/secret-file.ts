/** A secret as the kubelet mounts it: read for every request, so that a new one is used without a restart. */
import { readFileSync } from 'node:fs';

const MAX_CHARACTERS = 4096;

/** Its lines, without blanks around them; none where the file is not there. Throws the system's other errors. */
export function secretLines(file: string): string[] {
  try {
    const text = readFileSync(file, 'utf8').slice(0, MAX_CHARACTERS);
    return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
