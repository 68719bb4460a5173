/**
 * Metrics as OpenMetrics 1.0 text, which is the form that has exemplars. prom-client can write it too, but renames the counters of a
 * registry while it does, for good: whoever asks for the older form next gets other names.
 */
import { type MetricFamily, type Sample, familyName } from './metric-family.ts';

export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Whoever understands it says so; Prometheus does, and takes this before the older form. */
export function wantsOpenMetrics(accept: string | undefined): boolean {
  return (accept ?? '').split(',').some((one) => {
    const [type = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
    return type === 'application/openmetrics-text' && !parameters.some((part) => /^q=0(?:\.0*)?$/.test(part));
  });
}

export function openMetricsText(families: readonly MetricFamily[]): string {
  return `${families.map(familyText).join('')}# EOF\n`;
}

function familyText(family: MetricFamily): string {
  const name = familyName(family);
  const head = `# TYPE ${name} ${family.type}\n# HELP ${name} ${escaped(family.help)}\n`;
  return head + family.values.map((sample) => sampleText(name, family.type, sample)).join('');
}

function sampleText(family: string, type: string, { metricName, labels, value, exemplar }: Sample): string {
  const name = type === 'counter' ? `${family}_total` : (metricName ?? family);
  const line = `${name}${labelText(labels)} ${number(value)}`;
  if (exemplar === undefined) return `${line}\n`;
  const { labelSet, timestamp } = exemplar;
  return `${line} # ${labelText(labelSet)} ${number(exemplar.value)} ${timestamp.toFixed(3)}\n`;
}

function labelText(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function number(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
