/** Definitions are kept in files from now on; what a person accepts there changes lists at once. */
import { DefinitionFile } from '../memory/definition-file.ts';
import type { DefinitionTable } from '../memory/definitions.ts';
import type { Streams } from '../memory/streams.ts';

interface Open {
  readonly definitions: DefinitionTable;
  readonly streams: Streams;
}

/** Throws the system's error where the files cannot be had. */
export function openDefinitions(
  directory: string,
  { definitions, streams }: Open,
  onProblem: (error: unknown) => void,
): DefinitionFile {
  const file = new DefinitionFile({
    directory,
    onProblem,
    onAccepted(lines) {
      definitions.accept(lines);
      streams.tellListsChanged();
    },
  });
  definitions.keep(file);
  file.readAccepted();
  return file;
}
