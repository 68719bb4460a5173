import { ENCODED, IMAGES, MODEL, OVER_TIME, OWN_WAY, SERVER, STOLEN, WORDS } from '../left.ts';
import { type Framework, threatsOf } from '../threat.ts';

export const owaspMcp: Framework = {
  title: 'OWASP MCP Top 10',
  url: 'https://owasp.org/www-project-mcp-top-10/',
  version: '2025, v0.1 (beta)',
  threats: threatsOf([
    [
      'MCP01:2025',
      'Token Mismanagement & Secret Exposure',
      ['server-keys', 'no-passthrough', 'dlp', 'bound-tokens', 'revocation', 'tls'],
      `${ENCODED} ${STOLEN}`,
    ],
    [
      'MCP02:2025',
      'Privilege Escalation via Scope Creep',
      ['least-privilege', 'conditions', 'pins', 'approvals', 'votes'],
      'Rights that are wide in the pack are wide: nobody narrows them by themselves.',
    ],
    [
      'MCP03:2025',
      'Tool Poisoning',
      ['pins', 'definitions', 'hidden-text', 'look-alikes', 'instructions'],
      `${WORDS} What a person accepted is trusted.`,
    ],
    ['MCP04:2025', 'Software Supply Chain Attacks & Dependency Tampering', ['pins', 'supply-chain'], IMAGES],
    [
      'MCP05:2025',
      'Command Injection & Execution',
      ['shell', 'identifiers', 'sql', 'paths', 'urls', 'schema'],
      'Interpreters that run what they are given are as good as a shell; links and races in the file system are the server’s side.',
    ],
    [
      'MCP06:2025',
      'Intent Flow Subversion',
      ['risk', 'taint', 'sequences', 'instructions', 'hidden-text', 'approvals', 'least-privilege'],
      `${MODEL} ${OVER_TIME}`,
    ],
    [
      'MCP07:2025',
      'Insufficient Authentication & Authorization',
      ['identity', 'least-privilege', 'owned-handles', 'bound-tokens', 'revocation'],
      STOLEN,
    ],
    [
      'MCP08:2025',
      'Lack of Audit and Telemetry',
      ['records', 'evidence', 'watched'],
      'A gate that was taken over can lie from then on.',
    ],
    [
      'MCP09:2025',
      'Shadow MCP Servers',
      ['no-way-around', 'gate-integrity'],
      `Servers that no MCPServer names are not looked for. ${OWN_WAY}`,
    ],
    [
      'MCP10:2025',
      'Context Injection & Over-Sharing',
      ['taint', 'owned-handles', 'dlp', 'least-privilege', 'carried-data'],
      `${ENCODED} ${SERVER}`,
    ],
  ]),
};
