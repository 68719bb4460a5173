/**
 * What a dashboard is put together from, so that each of them says only what it shows. The form is that of Grafana's dashboard schema
 * (`schemaVersion` 39, Grafana 10 and newer); places are given out here, so that panels never overlap.
 */

export interface Target {
  readonly expr: string;
  /** What a series is called, with labels between double braces. */
  readonly legend: string;
}

export interface PanelSpec {
  readonly title: string;
  /** A sentence for those who see the panel for the first time. */
  readonly description: string;
  /** One of Grafana's names of units: `reqps`, `s`, `bytes`, `percentunit`, `short` … */
  readonly unit: string;
  readonly targets: readonly Target[];
  readonly type?: 'timeseries' | 'stat';
  /** Of 24 columns. Default: 12; a quarter of the row for a stat. */
  readonly width?: number;
  readonly max?: number;
  readonly stacked?: boolean;
  /** From which value on it turns orange, and from which red. */
  readonly thresholds?: readonly [warn: number, bad: number];
  /** Below instead of above is bad. */
  readonly lowIsBad?: boolean;
}

export interface RowSpec {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}

export interface DashboardSpec {
  /** Name of the file, and the end of the uid. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly RowSpec[];
  /** Which servers can be chosen: several, one, or none where the dashboard is about all. */
  readonly servers: 'several' | 'one' | 'none';
}

/** Panels that need a choice of servers use `$server` in their queries. */
export const chosen = 'server=~"$server"';

const COLUMNS = 24;
const HEIGHT = 8;
const STAT_HEIGHT = 4;
const SOURCE = { type: 'prometheus', uid: '${datasource}' };

export function dashboard({ name, title, description, rows, servers }: DashboardSpec): object {
  return {
    uid: uidOf(name),
    title,
    description,
    tags: ['sallyport', 'mcp'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    templating: { list: [dataSource, ...(servers === 'none' ? [] : [serverVariable(servers === 'several')])] },
    annotations: { list: [] },
    links: [otherDashboards],
    panels: placed(rows),
  };
}

function uidOf(name: string): string {
  return name === 'overview' ? 'sallyport' : `sallyport-${name}`;
}

const dataSource = { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' };

const otherDashboards = {
  ...{ title: 'Sallyport', type: 'dashboards', tags: ['sallyport'], asDropdown: true },
  ...{ includeVars: true, keepTime: true, targetBlank: false, icon: '', tooltip: '', url: '' },
};

function serverVariable(several: boolean): object {
  return {
    name: 'server',
    type: 'query',
    label: 'MCP server',
    datasource: SOURCE,
    query: { query: 'label_values(sallyport_held_calls, server)', refId: 'server' },
    refresh: 2,
    sort: 1,
    multi: several,
    includeAll: several,
    ...(several ? { allValue: '.*', current: { text: 'All', value: '$__all' } } : {}),
  };
}

function placed(rows: readonly RowSpec[]): object[] {
  const panels: object[] = [];
  let y = 0;
  for (const row of rows) {
    const at = { h: 1, w: COLUMNS, x: 0, y: y++ };
    panels.push({ id: panels.length + 1, type: 'row', title: row.title, collapsed: false, gridPos: at, panels: [] });
    let x = 0;
    let tallest = 0;
    for (const spec of row.panels) {
      const h = spec.type === 'stat' ? STAT_HEIGHT : HEIGHT;
      const w = spec.width ?? (spec.type === 'stat' ? COLUMNS / 6 : COLUMNS / 2);
      if (x + w > COLUMNS) [x, y, tallest] = [0, y + tallest, 0];
      panels.push(panel(spec, panels.length + 1, { h, w, x, y }));
      x += w;
      tallest = Math.max(tallest, h);
    }
    y += tallest;
  }
  return panels;
}

function panel(spec: PanelSpec, id: number, gridPos: object): object {
  const { title, description, type = 'timeseries', targets } = spec;
  const isSeries = type === 'timeseries';
  return {
    id,
    title,
    description,
    type,
    datasource: SOURCE,
    gridPos,
    fieldConfig: { defaults: defaultsOf(spec, type), overrides: [] },
    options: OPTIONS[type],
    targets: targets.map(({ expr, legend }, i) => ({
      refId: String.fromCodePoint(65 + i),
      datasource: SOURCE,
      expr,
      legendFormat: legend,
      range: isSeries,
      instant: !isSeries,
    })),
  };
}

const OPTIONS = {
  timeseries: {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  stat: {
    ...{ colorMode: 'value', graphMode: 'none', justifyMode: 'auto', textMode: 'auto', wideLayout: true },
    ...{ orientation: 'auto', percentChangeColorMode: 'standard', showPercentChange: false },
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
  },
} as const;

function defaultsOf({ unit, max, stacked, thresholds, lowIsBad }: PanelSpec, type: string): object {
  return {
    unit,
    min: 0,
    ...(max === undefined ? {} : { max }),
    ...(type === 'timeseries' ? { custom: stacked === true ? STACKED : LINES } : {}),
    ...(thresholds === undefined ? {} : { thresholds: { mode: 'absolute', steps: steps(thresholds, lowIsBad) } }),
  };
}

const LINES = { fillOpacity: 0, lineWidth: 1, showPoints: 'auto' };
const STACKED = { ...LINES, fillOpacity: 40, stacking: { mode: 'normal', group: 'A' } };

function steps([warn, bad]: readonly [number, number], lowIsBad = false): object[] {
  const [first, last] = lowIsBad ? ['red', 'green'] : ['green', 'red'];
  return [
    { value: null, color: first },
    { value: warn, color: 'orange' },
    { value: bad, color: last },
  ];
}
