/** What a client saw on a visit, and in what two accounts differ that should not. */
import { expect } from 'vitest';
import { TASKS_EXTENSION } from '../../core/mcp/revisions/tasks.ts';
import { MODERN } from '../support/messages.ts';

/** What was seen, by what was done. Two visits that saw the same were treated the same. */
export interface Account {
  /** Undefined: there was no session. */
  readonly revision: string | undefined;
  readonly seen: Readonly<Record<string, unknown>>;
}

/** A person who approves whatever is held, until told to stop. */
export type Approver = (until: AbortSignal) => Promise<void>;

/** Does it and notes what came of it: the answer, or how it failed. */
export type Note = (what: string, ask: () => Promise<unknown>) => Promise<void>;

export function failureOf(error: unknown): { failed: string; code: unknown; message: unknown } {
  const { name, code, message } = error as { name?: string; code?: unknown; message?: unknown };
  return { failed: name ?? String(error), code, message };
}

/** What was seen differently, each with both sides; `expected` may hold matchers. */
export function differencesOf(expected: Account, found: Account): object[] {
  const all = (account: Account): Readonly<Record<string, unknown>> => ({
    ...account.seen,
    revision: account.revision,
  });
  const [left, right] = [all(expected), all(found)];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((what) => {
    try {
      expect(right[what]).toEqual(left[what]);
      return [];
    } catch {
      return [{ what, directly: left[what], through: right[what] }];
    }
  });
}

/** What went wrong in a visit that should have gone well. */
export function failuresIn({ revision, seen }: Account): string[] {
  const expected = new Set(['call of a tool that is not there', 'call that is cancelled']);
  if (revision === undefined) return ['connect'];
  // Nothing heard on both sides would be equal, too.
  const silent = ['log', 'update', 'cancellation at the server'].filter(
    (what) => what in seen && (seen[what] === undefined || seen[what] === false),
  );
  if (silent.length > 0) return silent;
  return Object.entries(seen).flatMap(([what, value]) =>
    !expected.has(what) && typeof value === 'object' && value !== null && 'failed' in value ? [what] : [],
  );
}

/** What is to be seen through Sallyport where that was seen directly: policy refuses one tool and hides it, and holds another one. */
export function underPolicy({ revision, seen: direct }: Account): Account {
  const seen = revision === MODERN ? { ...direct, capabilities: withTasks(direct['capabilities']) } : direct;
  if (!('call that policy refuses' in seen)) return { revision, seen };
  const { tools } = seen['tools'] as { tools: { name: string }[] };
  return {
    revision,
    seen: {
      ...seen,
      tools: { ...(seen['tools'] as object), tools: tools.filter(({ name }) => name !== 'forbidden') },
      'call that policy refuses': expect.objectContaining({
        isError: true,
        content: [{ type: 'text', text: expect.stringContaining('nobody needs it') }],
      }),
    },
  };
}

/** What is held becomes a task for clients that take one, so the gate offers them where the server has none. */
function withTasks(capabilities: unknown): unknown {
  const { extensions = {}, ...others } = capabilities as { readonly extensions?: object };
  return { ...others, extensions: { [TASKS_EXTENSION]: {}, ...extensions } };
}
