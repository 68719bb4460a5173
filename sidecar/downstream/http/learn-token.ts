/**
 * A token that is new here is verified before anything is decided or held; all others cost a look. Meanwhile nobody reads the body of its
 * request, so that what breaks off in it is heard of here.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Refusal, refuse } from '../../../core/mcp/refusals.ts';
import { refuseCall } from '../../call/refuse-call.ts';
import { bearerToken } from '../../identity/bearer.ts';
import { jwtIn } from '../../identity/jwt/jwt-in.ts';
import type { PathParts } from '../../path/parts.ts';
import type { HttpFence } from './fence.ts';
import { malformedBy } from './intake.ts';
import { newCall } from './new-call.ts';
import { HttpReply } from './reply.ts';

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Nobody is known yet who could be given a share of the room, and where an issuer is slow anybody can wait for its keys with a token that
 * is made up. With heads and beginnings of bodies of full size, some 40 MB.
 */
const MAX_WAITING = 512;
const CROWDED = refuse(
  'too-many-calls',
  `the tokens of ${MAX_WAITING} others are being verified, and yours is new here; call again in a few seconds`,
);

export class TokensToLearn {
  readonly #gate: PathParts;
  readonly #fence: HttpFence;
  /** The newest request of a connection that has waited here. */
  readonly #newest = new WeakMap<Socket, ServerResponse>();
  #waiting = 0;

  constructor(gate: PathParts, fence: HttpFence) {
    this.#gate = gate;
    this.#fence = fence;
  }

  /** `serve` is called at once where there is nothing to wait for; never for a client that has left, or was answered here. */
  before(request: IncomingMessage, response: ServerResponse, serve: Serve): void {
    const learning = this.#learning(request);
    if (learning === undefined) serve(request, response);
    else if (learning instanceof Refusal) this.#refuse(response, learning);
    else {
      this.#newest.set(request.socket, response);
      this.#waiting++;
      void this.#serveAfter(learning, response, serve);
    }
  }

  async #serveAfter(learning: Promise<void>, response: ServerResponse, serve: Serve): Promise<void> {
    await learning;
    this.#waiting--;
    if (!isOver(response)) this.#fence.request(serve)(response.req, response);
  }

  /** What comes in is no body of a request that waits. False: none does, or it has come in whole, so this belongs to what follows. */
  breakOff(socket: Socket, error: NodeJS.ErrnoException): boolean {
    const response = this.#newest.get(socket);
    if (response === undefined || isOver(response) || response.req.complete) return false;
    this.#refuse(response, malformedBy(error));
    return true;
  }

  #learning({ headers: { authorization } }: IncomingMessage): Promise<void> | Refusal | undefined {
    const { policy, jwts, accounts } = this.#gate;
    if (authorization === undefined) return undefined;
    const bearer = bearerToken(authorization);
    const isAccount = bearer !== undefined && accounts.isMine(bearer);
    const token = isAccount ? bearer : jwtIn(authorization, policy.current());
    if (token === undefined) return undefined;
    const source = isAccount ? accounts : jwts;
    if (source.look(token) !== undefined) return undefined;
    return this.#waiting < MAX_WAITING ? source.learn(token) : CROWDED;
  }

  #refuse(response: ServerResponse, refusal: Refusal): void {
    const { policy, clock } = this.#gate;
    const call = newCall(response.req, clock, policy.current());
    refuseCall(call, new HttpReply(response.req, response), this.#gate, refusal);
  }
}

function isOver({ destroyed, writableEnded }: ServerResponse): boolean {
  return destroyed || writableEnded;
}
