import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { BundleUpstream } from '../../core/policy/settings/upstream.ts';
import { CredentialNews } from './credential-news.ts';

const SAID: BundleUpstream = { credentials: [], unmatched: 'Refuse', onEcho: 'Redact' };

it('is reported when it is news, and only by a gate that shows something', () => {
  let [said, problems]: [BundleUpstream | undefined, string[]] = [undefined, []];
  const told: (readonly string[])[] = [];
  const credentials = {
    get said() {
      return said;
    },
    problems: () => problems,
  };
  const news = new CredentialNews(credentials, pino({ level: 'silent' }), (all) => told.push(all));
  news.look();
  expect(told).toEqual([]);
  [said, problems] = [SAID, ['a is missing']];
  news.look();
  news.look();
  problems = [];
  news.look();
  // It is told that what was said before does not hold any more, whatever the policy says now.
  said = undefined;
  news.look();
  expect(told).toEqual([['a is missing'], []]);
});
