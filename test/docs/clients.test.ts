/** docs/clients.md speaks of the clients that `sallyport connect` knows, and of the versions that the tests run. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientNames } from '../../cli/client-configs.ts';
import { NPM } from '../compatibility/npm-clients.ts';
import { versionOf } from '../compatibility/versions.ts';
import { pinned } from '../support/python.ts';
import { readPage, root } from './pages.ts';

const { text } = readPage('docs/clients.md');
const python = (file: string): string => join(root, 'test', 'compatibility', 'python', file);

describe('the page on clients', () => {
  it.each(clientNames)('has a row for sallyport connect --client %s', (name) => {
    expect(text).toContain(`| \`${name}\` |`);
  });

  it.each([
    ['TypeScript SDK', versionOf('sdk')],
    ['TypeScript SDK', versionOf('client')],
    ['Python SDK', pinned(python('sdk-1.txt'), 'mcp')],
    ['Python SDK', pinned(python('sdk-2.txt'), 'mcp')],
    ['mcp-remote', NPM['mcp-remote']],
    ['Inspector', NPM['@modelcontextprotocol/inspector']],
    ['OpenAI Agents SDK', pinned(python('frameworks.txt'), 'openai-agents')],
    ['LangChain adapters', pinned(python('frameworks.txt'), 'langchain-mcp-adapters')],
  ])('tells of %s %s, which is what the tests run', (name, version) => {
    const rows = text.split('\n').filter((line) => line.startsWith(`| ${name} `));
    expect(rows.some((row) => row.includes(version))).toBe(true);
  });
});
