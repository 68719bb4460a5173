/** The environment of a program with the keys that it is started with, as they are when it is started. */
import type { StdioCommand } from '../stdio/process-group.ts';
import { UpstreamError } from '../upstream.ts';
import type { UpstreamCredentials } from './credentials.ts';
import type { Caller } from './source.ts';

/** A program is started with what is for everyone. */
const NOBODY: Caller = { principal: undefined, authorization: undefined };

/** Reading `env` throws an UpstreamError while a key is not to be had. */
export function withCredentials(command: StdioCommand, credentials: Pick<UpstreamCredentials, 'look'>): StdioCommand {
  return {
    command: command.command,
    cwd: command.cwd,
    get env() {
      const looked = credentials.look(NOBODY);
      if (looked.kind === 'shown') return { ...command.env, ...looked.shown.env };
      const why = 'the program is not started without what is named in spec.upstream.credentials';
      throw new UpstreamError('credentials-unavailable', why);
    },
  };
}

/** Resolves when what is for everyone has been asked for, whether it is to be had or not. */
export async function fetchCommon(credentials: Pick<UpstreamCredentials, 'look'>): Promise<void> {
  const looked = credentials.look(NOBODY);
  if (looked.kind !== 'pending') return;
  await Promise.all(looked.sources.map(async (source) => new Promise<void>((done) => source.fetch(NOBODY, done))));
}
