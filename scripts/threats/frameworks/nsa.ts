import { IMAGES, OVER_TIME, OWN_WAY, SERVER, WORDS } from '../left.ts';
import { type Framework, threatsOf } from '../threat.ts';

/** Titles of the section "Recommendations", pages 10 to 14, which have no ids of their own. */
export const nsa: Framework = {
  title: 'NSA: MCP Security Design Considerations',
  url: 'https://www.nsa.gov/Portals/75/documents/Cybersecurity/CSI_MCP_SECURITY.pdf',
  version: 'U/OO/6030316-26, PP-26-1834, version 1.0, of May 2026',
  note: 'Its recommendations, numbered here in their order: the sheet gives them no ids.',
  threats: threatsOf([
    [
      'NSA-1',
      'Choose supported MCP projects when possible',
      [],
      'Which servers to run is for whoever runs them to choose.',
    ],
    [
      'NSA-2',
      'Design for boundaries',
      ['decided', 'least-privilege', 'identity', 'owned-handles', 'no-way-around'],
      OWN_WAY,
    ],
    [
      'NSA-3',
      'Validate parameters',
      ['schema', 'paths', 'urls', 'shell', 'sql', 'identifiers', 'size-limits', 'one-reading'],
      SERVER,
    ],
    [
      'NSA-4',
      'Constrain and sandbox tool execution',
      ['shell', 'approvals', 'confined-gate'],
      'The server itself is not confined by the gate: use the security context of its pod and a NetworkPolicy.',
    ],
    [
      'NSA-5',
      'Sign and verify MCP messages',
      ['tls', 'bound-tokens', 'evidence'],
      'MCP has no signatures of messages: a DPoP proof covers method, URL and time, not the body. Records are signed.',
    ],
    [
      'NSA-6',
      'Filter and monitor output pipelines and chained execution',
      ['sequences', 'taint', 'dlp', 'instructions', 'carried-data', 'hidden-text'],
      `${WORDS} ${OVER_TIME}`,
    ],
    [
      'NSA-7',
      'Instrument for logging and detection',
      ['records', 'evidence', 'watched'],
      'A gate that was taken over can lie from then on.',
    ],
    [
      'NSA-8',
      'Track and patch MCP related vulnerabilities',
      ['supply-chain'],
      `Of Sallyport itself each bundle lists its parts. ${IMAGES}`,
    ],
    [
      'NSA-9',
      'Scan local network for open or vulnerable MCP servers',
      ['no-way-around'],
      'Ways around a server that an MCPServer names are found; networks are not scanned for others.',
    ],
  ]),
};
