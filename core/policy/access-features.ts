/** What `access` of an MCPServer says beyond the first version of bundles. No pack asks for any of it. */
import type { Bundle, BundleServer } from './bundle.ts';
import type { Feature } from './feature.ts';

export const ACCESS_FEATURES: readonly Feature[] = [
  {
    name: 'access.jwt',
    since: 2,
    field: 'spec.access.jwt of an MCPServer',
    // It knows none of these callers.
    ignored: 'Stricter',
    isUsedBy: () => false,
    isIn: ({ server }) => server.access.jwt !== undefined,
    removeFrom: (bundle) => withAccess(bundle, ({ jwt: _, ...access }) => access),
  },
  {
    name: 'access.serviceAccounts',
    since: 2,
    field: 'spec.access.serviceAccounts of an MCPServer',
    // The same.
    ignored: 'Stricter',
    isUsedBy: () => false,
    isIn: ({ server }) => server.access.serviceAccounts !== undefined,
    removeFrom: (bundle) => withAccess(bundle, ({ serviceAccounts: _, ...access }) => access),
  },
  {
    name: 'access.order',
    since: 2,
    field: 'spec.access.order of an MCPServer',
    // It asks in the order of before. Whoever can show two things chooses anyway, by leaving one out.
    ignored: 'Stricter',
    isUsedBy: () => false,
    isIn: ({ server }) => server.access.order !== undefined,
    removeFrom: (bundle) => withAccess(bundle, ({ order: _, ...access }) => access),
  },
  {
    name: 'access.certificates',
    since: 2,
    field: 'spec.access.certificates of an MCPServer',
    // It knows none of these callers. With `mode: Required` there is `access.tls`, too, without which it serves nobody.
    ignored: 'Stricter',
    isUsedBy: () => false,
    isIn: ({ server }) => server.access.certificates !== undefined,
    removeFrom: (bundle) => withAccess(bundle, ({ certificates: _, ...access }) => access),
  },
  {
    name: 'access.trustedProxies',
    since: 2,
    field: 'spec.access.trustedProxies of an MCPServer',
    // It knows none of the callers behind them.
    ignored: 'Stricter',
    isUsedBy: () => false,
    isIn: ({ server }) => server.access.trustedProxies !== undefined,
    removeFrom: (bundle) => withAccess(bundle, ({ trustedProxies: _, ...access }) => access),
  },
];

/** The same bundle with other access. */
function withAccess(
  { server, ...bundle }: Bundle,
  change: (access: BundleServer['access']) => BundleServer['access'],
): Bundle {
  return { ...bundle, server: { ...server, access: change(server.access) } };
}
