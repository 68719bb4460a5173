import { IMAGES, MEMORY, MODEL, NOT_MCP, MANY_CALLERS, OVER_TIME, SERVER, STOLEN, WORDS } from '../left.ts';
import { type Framework, threatsOf } from '../threat.ts';

export const owaspAgenticTop10: Framework = {
  title: 'OWASP Top 10 for Agentic Applications',
  url: 'https://genai.owasp.org/resource/owasp-top-10-for-agentic-applications-for-2026/',
  version: '2026, of December 2025',
  threats: threatsOf([
    [
      'ASI01',
      'Agent Goal Hijack',
      ['risk', 'instructions', 'hidden-text', 'approvals', 'least-privilege', 'halt'],
      `${MODEL} ${WORDS}`,
    ],
    [
      'ASI02',
      'Tool Misuse and Exploitation',
      ['sequences', 'taint', 'least-privilege', 'conditions', 'schema', 'shell', 'sql', 'paths', 'urls', 'approvals'],
      `${SERVER} ${OVER_TIME}`,
    ],
    [
      'ASI03',
      'Identity and Privilege Abuse',
      ['identity', 'no-passthrough', 'owned-handles', 'bound-tokens', 'votes', 'revocation'],
      STOLEN,
    ],
    ['ASI04', 'Agentic Supply Chain Vulnerabilities', ['pins', 'definitions', 'look-alikes', 'supply-chain'], IMAGES],
    [
      'ASI05',
      'Unexpected Code Execution (RCE)',
      ['shell', 'identifiers', 'schema', 'confined-gate'],
      `Code that a tool is there to run is run: isolate the server. ${SERVER}`,
    ],
    ['ASI06', 'Memory & Context Poisoning', ['instructions', 'hidden-text', 'owned-handles'], MEMORY],
    [
      'ASI07',
      'Insecure Inter-Agent Communication',
      ['identity', 'tls', 'one-reading'],
      `Agents that speak other protocols with each other do not pass the gate.`,
    ],
    ['ASI08', 'Cascading Failures', ['budgets', 'limits', 'bounded', 'fails-closed', 'halt'], MANY_CALLERS],
    [
      'ASI09',
      'Human-Agent Trust Exploitation',
      ['shown-as-is', 'few-questions', 'votes', 'approvals'],
      'Somebody who approves without reading approves.',
    ],
    ['ASI10', 'Rogue Agents', ['risk', 'halt', 'revocation', 'least-privilege', 'records'], `${OVER_TIME} ${NOT_MCP}`],
  ]),
};

export const owaspAgenticThreats: Framework = {
  title: 'OWASP Agentic AI: Threats and Mitigations',
  url: 'https://genai.owasp.org/resource/agentic-ai-threats-and-mitigations/',
  version: '1.0, of February 2025',
  threats: threatsOf([
    ['T1', 'Memory Poisoning', ['instructions', 'hidden-text', 'owned-handles'], MEMORY],
    [
      'T2',
      'Tool Misuse',
      ['sequences', 'taint', 'least-privilege', 'conditions', 'schema', 'approvals'],
      `${MODEL} ${OVER_TIME}`,
    ],
    ['T3', 'Privilege Compromise', ['least-privilege', 'no-passthrough', 'revocation', 'gate-integrity'], STOLEN],
    ['T4', 'Resource Overload', ['budgets', 'limits', 'bounded', 'size-limits', 'halt'], MANY_CALLERS],
    [
      'T5',
      'Cascading Hallucination Attacks',
      ['approvals'],
      'Whether what a model says is true is not looked at; a person can be asked before it acts.',
    ],
    [
      'T6',
      'Intent Breaking & Goal Manipulation',
      ['risk', 'instructions', 'hidden-text', 'approvals'],
      `${MODEL} ${WORDS}`,
    ],
    ['T7', 'Misaligned & Deceptive Behaviors', ['risk', 'least-privilege', 'approvals', 'records', 'halt'], MODEL],
    ['T8', 'Repudiation & Untraceability', ['records', 'evidence'], 'A gate that was taken over can lie from then on.'],
    ['T9', 'Identity Spoofing & Impersonation', ['identity', 'bound-tokens', 'one-reading'], STOLEN],
    [
      'T10',
      'Overwhelming Human in the Loop',
      ['few-questions', 'shown-as-is'],
      'Many callers may each ask as much as one may.',
    ],
    [
      'T11',
      'Unexpected RCE and Code Attacks',
      ['shell', 'identifiers', 'schema'],
      `Code that a tool is there to run is run: isolate the server.`,
    ],
    [
      'T12',
      'Agent Communication Poisoning',
      ['instructions', 'hidden-text', 'identity'],
      'Agents that speak other protocols with each other do not pass the gate.',
    ],
    [
      'T13',
      'Rogue Agents in Multi-Agent Systems',
      ['risk', 'identity', 'least-privilege', 'halt', 'revocation'],
      OVER_TIME,
    ],
    [
      'T14',
      'Human Attacks on Multi-Agent Systems',
      ['votes', 'identity', 'least-privilege'],
      `What people make agents say to each other passes where the policy allows the calls.`,
    ],
    [
      'T15',
      'Human Manipulation',
      ['shown-as-is', 'carried-data', 'server-requests'],
      `What an agent says to its user does not pass the gate.`,
    ],
  ]),
};
