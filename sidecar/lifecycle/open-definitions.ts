/** Definitions are kept in files from now on; what a person accepts there changes lists at once. */
import { join } from 'node:path';
import { DefinitionFile } from '../memory/definition-file.ts';
import type { DefinitionTable } from '../memory/definitions.ts';
import type { SharedSnapshot } from '../memory/shared-pins.ts';
import { readSharedPins, writeSharedPins } from '../memory/shared-pins-file.ts';
import type { Streams } from '../memory/streams.ts';

interface Open {
  readonly definitions: DefinitionTable;
  readonly streams: ListsShown;
}

/** Who shows lists. */
export type ListsShown = Pick<Streams, 'tellListsChanged'>;

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
  definitions.acceptsFromNow();
  return file;
}

const SHARED_FILE = 'shared.json';

/**
 * What is to be done with the pins of all gates whenever they are others; undefined where they are the same. Those of before are taken
 * at once, so that a gate that starts again while the operator is away knows them.
 */
export function sharedPins(
  table: DefinitionTable,
  streams: ListsShown,
  directory: string,
  onProblem: (error: unknown) => void,
): (pins: SharedSnapshot | undefined) => void {
  const file = join(directory, SHARED_FILE);
  const before = readSharedPins(file);
  if (before !== undefined) table.adopt(before);
  return (pins) => {
    if (pins !== undefined) {
      table.adopt(pins);
      try {
        writeSharedPins(file, pins);
      } catch (error) {
        onProblem(error);
      }
    }
    streams.tellListsChanged();
  };
}
