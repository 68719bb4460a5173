/** One visit of a client at a server: everything the matrix is about, in order, and an account of what the client saw. */
import type { OfficialClient, Progress, Session, Target } from './clients/shape.ts';
import { lookAtFeatures } from './features.ts';
import { type Account, type Approver, type Note, failureOf } from './account.ts';
import type { Surface } from './servers.ts';

export async function visit(
  client: OfficialClient,
  target: Target,
  surface: Surface,
  approve: Approver,
): Promise<Account> {
  let session: Session;
  try {
    session = await client.connect(target);
  } catch (error) {
    return { revision: undefined, seen: { connect: failureOf(error) } };
  }
  try {
    const seen = await look(session, surface, approve);
    return { revision: session.revision, seen: { ...seen, end: await session.close().then(() => 'ended', failureOf) } };
  } catch (error) {
    await session.close();
    throw error;
  }
}

async function look(session: Session, surface: Surface, approve: Approver): Promise<Record<string, unknown>> {
  const { server, capabilities, instructions } = session;
  const seen: Record<string, unknown> = { server, capabilities, instructions };
  const note: Note = async (what, ask) => {
    seen[what] = await ask().catch(failureOf);
  };
  const { call, steps, prompt, resource, features } = surface;
  await note('tools', () => session.tools());
  await note('call', () => session.call(call.name, call.args));
  await note('call of a tool that is not there', () => session.call('no-such-tool', {}));
  if (steps !== undefined) {
    const progress: Progress[] = [];
    const onProgress = (one: Progress): void => void progress.push(one);
    await note('call with progress', () => session.call(steps.name, steps.args, { onProgress }));
    seen['progress'] = progress.slice(0, steps.certain);
    seen['progress out of order'] = progress.filter((one, i) => one.progress <= (progress[i - 1]?.progress ?? -1));
  }
  if (prompt !== undefined) {
    await note('prompts', () => session.prompts());
    await note('prompt', () => session.prompt(prompt.name, prompt.args));
  }
  if (resource !== undefined) {
    await note('resources', () => session.resources());
    await note('templates', () => session.templates());
    await note('resource', () => session.read(resource));
  }
  if (features === true) await lookAtFeatures(session, note, approve);
  return seen;
}
