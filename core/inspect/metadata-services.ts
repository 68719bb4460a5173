/**
 * Where clouds tell a machine who it is and give it credentials, and cluster APIs that do. All of them answer whoever asks from inside,
 * so no value that a model chose may lead there.
 */

const ADDRESSES: ReadonlySet<string> = new Set([
  // AWS EC2, Azure, Google Cloud, Oracle Cloud, DigitalOcean, Hetzner, OpenStack, Linode, IBM Cloud, Vultr and others.
  '169.254.169.254',
  // AWS: ECS task credentials, EKS Pod Identity, DNS, time, licence server (EC2 and ECS user guides).
  ...['169.254.170.2', '169.254.170.23', '169.254.169.253', '169.254.169.123', '169.254.169.250', '169.254.169.251'],
  ...['fd00:ec2::254', 'fd00:ec2::253', 'fd00:ec2::23', 'fd00:ec2::123'],
  // Google Cloud on IPv6 alone; OpenStack (Nova); Linode.
  ...['fd20:ce::254', 'fe80::a9fe:a9fe', 'fd00:a9fe:a9fe::1'],
  // Azure WireServer: a public address that only machines of Azure reach.
  '168.63.129.16',
  // Alibaba Cloud, Oracle Cloud Classic, Scaleway, Tencent Cloud, Volcengine.
  ...['100.100.100.200', '192.0.0.192', '169.254.42.42', 'fd00:42::42', '169.254.0.23', '100.96.0.96'],
]);

const NAMES: ReadonlySet<string> = new Set([
  // Google Cloud; also by the search domain of its machines.
  ...['metadata', 'metadata.google.internal', 'metadata.goog'],
  // AWS.
  ...['instance-data', 'instance-data.ec2.internal'],
  // Azure, Tencent Cloud, Equinix Metal (formerly Packet), IBM Cloud, SoftLayer, Rancher.
  ...['metadata.azure.internal', 'metadata.azure.com', 'metadata.tencentyun.com', 'metadata.packet.net'],
  ...['metadata.platformequinix.com', 'api.metadata.cloud.ibm.com', 'api.service.softlayer.com'],
  ...['rancher-metadata', 'rancher-metadata.rancher.internal'],
  // The API of a Kubernetes cluster.
  ...['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'],
]);

/** `host`: a name in lower case without a dot at its end, or an address as URLs have it, without brackets. */
export function isMetadataService(host: string): boolean {
  return ADDRESSES.has(host) || NAMES.has(host);
}

// Names of one label are words; what is written about a cluster names its API.
const MENTIONED = [...ADDRESSES, ...NAMES].filter((host) => /[.:]/.test(host) && !host.startsWith('kubernetes'));
const MENTION = new RegExp(
  `(?<![\\w.])(?:${MENTIONED.map((host) => host.replaceAll('.', '\\.')).join('|')})(?!\\w|\\.\\w)`,
  'i',
);

/** A metadata service that a text names, in plain spelling. */
export function findMetadataService(text: string): string | undefined {
  return MENTION.exec(text)?.[0];
}
