/** A pod as there are many, about to be created. */
import type { RawObject } from '../../operator/kit/resource.ts';

/** As the API server asks. */
export function reviewOf(object: RawObject, i: number): object {
  const { namespace } = object.metadata;
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const resource = { group: '', version: 'v1', resource: 'pods' };
  const uid = `705ab4f5-6393-11e8-b7cc-${String(i).padStart(12, '0')}`;
  const userInfo = {
    username: 'system:serviceaccount:kube-system:replicaset-controller',
    groups: ['system:serviceaccounts'],
  };
  const whole = {
    uid,
    kind,
    resource,
    requestKind: kind,
    requestResource: resource,
    namespace,
    operation: 'CREATE',
    userInfo,
  };
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      ...whole,
      object,
      oldObject: null,
      dryRun: false,
      options: { apiVersion: 'meta.k8s.io/v1', kind: 'CreateOptions' },
    },
  };
}

function probe(path: string): object {
  return {
    httpGet: { path, port: 'mcp', scheme: 'HTTP' },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  };
}

/** As a ReplicaSet asks for it and admission before us has completed it. */
export function podOf(server: RawObject): RawObject {
  const { namespace, name } = server.metadata;
  const securityContext = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${name}-6d5f7c9b8d-`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { app: name, 'pod-template-hash': '6d5f7c9b8d' },
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9090' },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `${name}-6d5f7c9b8d`,
          uid: '3d0a5f6e-4a8c-4a5b-9a60-1f7f5f6f5c11',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    } as unknown as RawObject['metadata'],
    spec: {
      volumes: [
        { name: 'cache', emptyDir: {} },
        { name: 'config', configMap: { name: 'settings', defaultMode: 420 } },
      ],
      initContainers: [
        { name: 'migrate', image: 'registry.example.com/mcp:1.4.2', args: ['migrate'], securityContext },
      ],
      containers: [
        {
          name: 'server',
          image: 'registry.example.com/mcp:1.4.2',
          args: ['serve', '--port=9000'],
          ports: [
            { name: 'mcp', containerPort: 9000, protocol: 'TCP' },
            { name: 'metrics', containerPort: 9090, protocol: 'TCP' },
          ],
          env: Array.from({ length: 12 }, (_, i) => ({ name: `SETTING_${i}`, value: `the value of setting ${i}` })),
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
          volumeMounts: [
            { name: 'cache', mountPath: '/cache' },
            { name: 'config', mountPath: '/etc/mcp', readOnly: true },
          ],
          livenessProbe: probe('/healthz'),
          readinessProbe: probe('/readyz'),
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          imagePullPolicy: 'IfNotPresent',
          securityContext,
        },
        {
          name: 'log-shipper',
          image: 'registry.example.com/log-shipper:3.1',
          imagePullPolicy: 'IfNotPresent',
          securityContext,
        },
      ],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'default',
      securityContext: {},
      schedulerName: 'default-scheduler',
      enableServiceLinks: true,
    },
  };
}
