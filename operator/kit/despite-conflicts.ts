/** What replicas agree on by an object of the API server: whoever writes second begins anew, with what the first has written. */
import { isConflict } from './api-error.ts';

const MAX_CONFLICTS = 5;

/** Rejects with the error of `agree`; with a conflict only after the fifth in a row. */
export async function despiteConflicts<T>(agree: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await agree();
    } catch (error) {
      // Another replica was faster: what it wrote is as good.
      if (!isConflict(error) || tries >= MAX_CONFLICTS) throw error;
    }
  }
}
