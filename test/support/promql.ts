/** What a query of PromQL names, as far as tests have to know. Prometheus itself checks the grammar, in other tests. */

const WORDS = new Set([
  ...['by', 'on', 'and', 'or', 'unless', 'offset', 'bool', 'ignoring', 'group_left', 'group_right', 'without'],
  ...['sum', 'max', 'min', 'count', 'topk', 'rate', 'increase', 'deriv', 'changes', 'absent', 'vector', 'time'],
  ...['histogram_quantile', 'min_over_time', 'max_over_time', 'avg_over_time', 'clamp_min'],
]);

/** Names of metrics and of what rules record, histograms without the ending of their parts. */
export function metricsIn(expr: string): string[] {
  const bare = withoutText(expr)
    .replaceAll(/\b(?:by|on|ignoring|without|group_left|group_right) ?\([^)]*\)/g, ' ')
    .replaceAll(/\{[^}]*\}/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .replaceAll(/\boffset \w+/g, ' ');
  const names = Array.from(bare.matchAll(/[A-Za-z_][\w:]*/g), ([name]) => name).filter((name) => !WORDS.has(name));
  return [...new Set(names.map((name) => name.replace(/_seconds_(bucket|count|sum)$/, '_seconds')))];
}

/** Labels that it groups, joins or chooses by. */
export function labelsIn(expr: string): string[] {
  const bare = withoutText(expr);
  const listed = Array.from(bare.matchAll(/\b(?:by|on|group_left|group_right) ?\(([^)]*)\)/g), ([, list = '']) =>
    list.split(',').map((label) => label.trim()),
  ).flat();
  const chosen = Array.from(bare.matchAll(/(\w+) ?(?:=~|!~|!=|=)""/g), ([, label = '']) => label);
  return [...new Set([...listed, ...chosen])].filter((label) => label !== '');
}

function withoutText(expr: string): string {
  return expr.replaceAll(/"[^"]*"/g, '""');
}
