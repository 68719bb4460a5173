/** A web hook: each piece of news is a signed message of its own. */
import { stateOf } from '../../approvals/request.ts';
import { problemOf } from '../answered.ts';
import { type Channel, NotTakenError, type Notice } from '../channel.ts';
import { post } from '../post.ts';
import type { SecretFiles } from '../secret-files.ts';
import { NEWS } from '../told.ts';
import { payloadOf } from './payload.ts';
import { headersOf, keysIn, messageId } from './sign.ts';

export function webhookChannel(name: string, secret: SecretFiles, proxy: string | undefined): Channel {
  return {
    name,
    news: new Set(NEWS),
    follows: true,
    async send(notice, signal) {
      const keys = keysIn(await secret.get('secret'));
      if (typeof keys === 'string') throw new NotTakenError(`the key secret of its Secret ${keys}`, { again: 'Later' });
      const target = { url: await secret.get('url'), ca: await secret.find('ca.crt'), proxy };
      const body = JSON.stringify(payloadOf(notice));
      const timestamp = Math.floor(notice.now / 1000);
      const headers = headersOf({ id: idOf(notice), timestamp, body }, keys);
      const answer = await post(target, { headers, body, signal });
      const problem = problemOf(answer, notice.now);
      if (problem !== undefined) throw problem;
      return {};
    },
  };
}

function idOf({ request, news }: Notice): string {
  const detail =
    news === 'Settled' ? stateOf(request) : news === 'Voted' ? String(request.status?.votes?.length ?? 0) : '';
  return messageId(request.metadata.uid ?? '', news, detail);
}
