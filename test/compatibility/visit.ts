/** One visit of a client at a server: everything the matrix is about, in order, and an account of what the client saw. */
import type { OfficialClient, Progress, Session, Target } from './clients.ts';
import type { Surface } from './servers.ts';

/** What was seen, by what was done. Two visits that saw the same were treated the same. */
export interface Account {
  /** Undefined: there was no session. */
  readonly revision: string | undefined;
  readonly seen: Readonly<Record<string, unknown>>;
}

export async function visit(client: OfficialClient, target: Target, surface: Surface): Promise<Account> {
  let session: Session;
  try {
    session = await client.connect(target);
  } catch (error) {
    return { revision: undefined, seen: { connect: failureOf(error) } };
  }
  try {
    const seen = await look(session, surface);
    return { revision: session.revision, seen: { ...seen, end: await session.close().then(() => 'ended', failureOf) } };
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function look(session: Session, surface: Surface): Promise<Record<string, unknown>> {
  const { server, capabilities, instructions } = session;
  const seen: Record<string, unknown> = { server, capabilities, instructions };
  const note = async (what: string, ask: () => Promise<unknown>): Promise<void> => {
    seen[what] = await ask().catch(failureOf);
  };
  const { call, steps, prompt, resource } = surface;
  await note('tools', () => session.tools());
  await note('call', () => session.call(call.name, call.args));
  await note('call of a tool that is not there', () => session.call('no-such-tool', {}));
  if (steps !== undefined) {
    const progress: Progress[] = [];
    await note('call with progress', () => session.call(steps.name, steps.args, (one) => void progress.push(one)));
    seen['progress'] = progress.slice(0, steps.certain);
    seen['progress out of order'] = progress.filter((one, i) => one.progress <= (progress[i - 1]?.progress ?? -1));
  }
  if (prompt !== undefined) {
    await note('prompts', () => session.prompts());
    await note('prompt', () => session.prompt(prompt));
  }
  if (resource !== undefined) {
    await note('resources', () => session.resources());
    await note('templates', () => session.templates());
    await note('resource', () => session.read(resource));
  }
  return seen;
}

/** How it failed; the words may differ. */
function failureOf(error: unknown): { failed: string; code: unknown } {
  const { name, code } = error as { name?: string; code?: unknown };
  return { failed: name ?? String(error), code };
}

/** What went wrong in a visit that should have gone well. */
export function failuresIn({ revision, seen }: Account): string[] {
  const expected = new Set(['call of a tool that is not there']);
  if (revision === undefined) return ['connect'];
  return Object.entries(seen).flatMap(([what, value]) =>
    !expected.has(what) && typeof value === 'object' && value !== null && 'failed' in value ? [what] : [],
  );
}
