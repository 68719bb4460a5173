import { describe, expect, it } from 'vitest';
import { dashboard, type DashboardSpec, type PanelSpec } from './grafana.ts';

interface Made {
  readonly uid: string;
  readonly templating: { readonly list: readonly { name: string; multi?: boolean; allValue?: string }[] };
  readonly panels: readonly {
    readonly type: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly fieldConfig?: {
      readonly defaults: { readonly max?: number; readonly custom?: object; readonly thresholds?: { steps: object[] } };
    };
    readonly targets?: readonly object[];
  }[];
}

const panel = (spec: Partial<PanelSpec> = {}): PanelSpec => ({
  title: 'T',
  description: 'D.',
  unit: 'short',
  targets: [{ expr: 'up', legend: '{{job}}' }],
  ...spec,
});

function made(panels: readonly PanelSpec[], spec: Partial<DashboardSpec> = {}): Made {
  const whole = { name: 'overview', title: 'T', description: 'D.', servers: 'none', ...spec } as const;
  return dashboard({ ...whole, rows: [{ title: 'R', panels }] }) as Made;
}

const placesOf = ({ panels }: Made): string[] => panels.map(({ gridPos: { x, y, w, h } }) => `${w}x${h} at ${x},${y}`);

describe('places', () => {
  it('are side by side as long as there is room, and then below', () => {
    expect(placesOf(made([panel(), panel(), panel()]))).toEqual([
      '24x1 at 0,0',
      '12x8 at 0,1',
      '12x8 at 12,1',
      '12x8 at 0,9',
    ]);
  });

  it('follow the width that a panel asks for', () => {
    expect(placesOf(made([panel({ width: 24 }), panel({ width: 8 })]))).toEqual([
      '24x1 at 0,0',
      '24x8 at 0,1',
      '8x8 at 0,9',
    ]);
  });

  it('of a row begin below the tallest of the one before', () => {
    const rows = [
      { title: 'A', panels: [panel({ type: 'stat' }), panel()] },
      { title: 'B', panels: [panel()] },
    ];
    const spec = { name: 'x', title: 'T', description: 'D.', servers: 'none', rows } as const;
    expect(placesOf(dashboard(spec) as Made)).toEqual([
      '24x1 at 0,0',
      '4x4 at 0,1',
      '12x8 at 4,1',
      '24x1 at 0,9',
      '12x8 at 0,10',
    ]);
  });
});

describe('a panel', () => {
  it('is a line over time, or one number now', () => {
    const [, series, stat] = made([panel(), panel({ type: 'stat' })]).panels;
    expect(series?.targets).toMatchObject([{ refId: 'A', range: true, instant: false, legendFormat: '{{job}}' }]);
    expect(stat?.targets).toMatchObject([{ refId: 'A', range: false, instant: true }]);
    expect(stat?.fieldConfig?.defaults.custom).toBeUndefined();
  });

  it('is stacked and bounded where it is asked to be', () => {
    const [, plain, stacked] = made([panel(), panel({ stacked: true, max: 1 })]).panels;
    expect(plain?.fieldConfig?.defaults).not.toHaveProperty('max');
    expect(plain?.fieldConfig?.defaults.custom).not.toHaveProperty('stacking');
    expect(stacked?.fieldConfig?.defaults).toMatchObject({ max: 1, custom: { stacking: { mode: 'normal' } } });
  });

  it('turns red above its bounds, or below them', () => {
    const [, high, low] = made([panel({ thresholds: [1, 2] }), panel({ thresholds: [1, 2], lowIsBad: true })]).panels;
    const colours = (one: typeof high): unknown[] =>
      (one?.fieldConfig?.defaults.thresholds?.steps ?? []).map((step) => (step as { color: string }).color);
    expect(colours(high)).toEqual(['green', 'orange', 'red']);
    expect(colours(low)).toEqual(['red', 'orange', 'green']);
  });
});

it.each([
  ['several', [true, '.*']],
  ['one', [false, undefined]],
] as const)('%s servers can be chosen', (servers, [multi, allValue]) => {
  const variable = made([panel()], { servers }).templating.list.find(({ name }) => name === 'server');
  expect([variable?.multi, variable?.allValue]).toEqual([multi, allValue]);
});

it('without a choice of servers there is only the data source, and each dashboard has an address of its own', () => {
  expect(made([panel()]).templating.list.map(({ name }) => name)).toEqual(['datasource']);
  expect([made([panel()]).uid, made([panel()], { name: 'capacity' }).uid]).toEqual(['sallyport', 'sallyport-capacity']);
});
