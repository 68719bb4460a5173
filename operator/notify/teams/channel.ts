/** A workflow of Microsoft Teams, which posts what it gets and gives nothing back to change it by: each piece of news is a card. */
import { problemOf } from '../answered.ts';
import type { Channel } from '../channel.ts';
import { post } from '../post.ts';
import type { SecretFiles } from '../secret-files.ts';
import { teamsMessage } from './card.ts';

export function teamsChannel(name: string, secret: SecretFiles, proxy: string | undefined): Channel {
  return {
    name,
    // Votes in between would be noise where no message can be changed.
    news: new Set(['Requested', 'Reminder', 'Settled']),
    follows: false,
    async send({ request, news, now }, signal) {
      const target = { url: await secret.get('url'), ca: await secret.find('ca.crt'), proxy };
      const answer = await post(target, { headers: {}, body: JSON.stringify(teamsMessage(request, news)), signal });
      const problem = problemOf(answer, now);
      if (problem !== undefined) throw problem;
      return {};
    },
  };
}
