/**
 * What the server is to be shown for this caller is there, or the call is not sent. Most of it lies in files; what has to be asked for
 * somewhere else is waited for here, and looked at again behind the wait.
 */
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { JudgedCall } from '../../call/call.ts';
import type { Reply } from '../../call/reply.ts';
import type { CredentialSource, Caller } from '../../upstream/credentials/source.ts';
import type { PathParts } from '../parts.ts';
import type { Wait } from '../walk.ts';

type Parts = Pick<PathParts, 'credentials' | 'holds'>;

/** Whoever fetches has an end of its own; this is for what has none. */
const WITHIN_MS = 30_000;
/** What is there and gone again each time is not to be had. */
const MAX_FETCHES = 3;

export function takeCredentials(call: JudgedCall, gate: Parts, reply: Reply): Refusal | Wait | undefined {
  if (gate.credentials.said === undefined) return undefined;
  const caller: Caller = { principal: call.principal, authorization: call.request.headers.authorization };
  const looked = gate.credentials.look(caller);
  if (looked.kind === 'shown') return undefined;
  if (looked.kind === 'refused') return looked.refusal;
  if (call.course.fetches >= MAX_FETCHES) return refuse('credentials-unavailable', 'call again in a few seconds');
  call.course.fetches++;
  return new Fetching(call, reply, gate, { caller, sources: looked.sources });
}

interface Asked {
  readonly caller: Caller;
  readonly sources: readonly CredentialSource[];
}

/** Ends exactly once: with nothing when it is worth looking again, or with the refusal that ends the call. */
class Fetching implements Wait {
  readonly what = 'sallyport.fetch_credentials';
  readonly #call: JudgedCall;
  readonly #reply: Reply;
  readonly #gate: Parts;
  readonly #of: Asked;
  #late: NodeJS.Timeout | undefined = undefined;
  #stops: (() => void)[] = [];
  #left = 0;
  #resume: ((refusal: Refusal | undefined) => void) | undefined = undefined;

  constructor(call: JudgedCall, reply: Reply, gate: Parts, of: Asked) {
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#of = of;
  }

  begin(resume: (refusal: Refusal | undefined) => void): void {
    this.#resume = resume;
    const { caller, sources } = this.#of;
    this.#late = setTimeout(() => {
      this.#finish(refuse('credentials-unavailable', 'whoever gives them out takes too long'));
    }, WITHIN_MS);
    // What takes a held call back takes this one back as well: it has not been sent.
    const takeBack = (): void => this.#finish(refuse('draining', 'the call was taken back before it was sent'));
    const held = { cancel: takeBack, abandon: takeBack };
    this.#gate.holds.add(this.#call, held, this.#call.content?.body.length ?? 0);
    this.#reply.onClientGone(() => this.#finish(refuse('draining', 'the client left before the call was sent')));
    this.#left = sources.length;
    this.#stops = sources.map((source) =>
      source.fetch(caller, () => {
        if (--this.#left === 0) this.#finish(undefined);
      }),
    );
  }

  #finish(refusal: Refusal | undefined): void {
    const resume = this.#resume;
    if (resume === undefined) return;
    this.#resume = undefined;
    clearTimeout(this.#late);
    this.#gate.holds.delete(this.#call);
    for (const stop of this.#stops) stop();
    resume(refusal);
  }
}
