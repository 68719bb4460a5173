/** Who has which risk points, for whoever runs the gate: the port for metrics and, on a laptop, the socket for approvals. */
import type { ServerResponse } from 'node:http';
import type { HistoryRules } from '../../core/policy/history/history-rules.ts';
import type { RiskView } from '../memory/history/risk-view.ts';

export async function answerRisk(
  response: ServerResponse,
  risk: RiskView,
  rules: HistoryRules | undefined,
): Promise<void> {
  const standings = await risk.standings(rules);
  const [status, body] =
    standings === undefined
      ? [503, { error: 'the shared store does not answer, so nobody can tell' }]
      : [200, { items: standings }];
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
