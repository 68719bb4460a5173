/** Whoever reads the answer to what was sent in one piece, as a connection would have it: it knows the ways to other streams. */
import type { Call } from '../call/call.ts';
import type { BatchAnswers, ClientReply, Reply } from '../call/reply.ts';
import { BatchReply } from '../downstream/batch-reply.ts';
import { replyOf } from '../downstream/endpoint-reply.ts';
import { TestReply } from './answering.ts';

export class TestClient extends TestReply implements ClientReply {
  forMessage(call: Call): Reply {
    return replyOf(call, this);
  }

  split(list: Call, count: number): BatchAnswers {
    return new BatchReply(list, this.forMessage(list), count);
  }
}
