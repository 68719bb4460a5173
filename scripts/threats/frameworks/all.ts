/** The catalogues, in the order of the page. */
import type { Framework } from '../threat.ts';
import { mcp38 } from './mcp-38.ts';
import { nsa } from './nsa.ts';
import { owaspAgenticThreats, owaspAgenticTop10 } from './owasp-agentic.ts';
import { owaspMcp } from './owasp-mcp.ts';
import { safeMcp } from './safe-mcp.ts';

export const FRAMEWORKS: readonly Framework[] = [owaspMcp, owaspAgenticTop10, owaspAgenticThreats, nsa, mcp38, safeMcp];
