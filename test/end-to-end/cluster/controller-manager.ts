import type { KubeApiserver } from '../../../deploy/local/kube-apiserver.ts'
import type { ServerProcess } from '../../../deploy/local/server-process.ts'
import type { Supervisor } from '../../../deploy/local/supervisor.ts'
import type { KubernetesClient } from '../../../runtime/clients/kubernetes.ts'

export interface ControllerManagerOptions {
  /** The program. */
  readonly kubeControllerManager: string
  readonly supervisor: Supervisor
  readonly apiserver: KubeApiserver
  /** Of the administrator. */
  readonly client: KubernetesClient
}

/** Those that make pods of a Deployment, endpoints of pods, and take away what has no owner. */
const controllers = [
  'deployment',
  'replicaset',
  'endpointslice',
  'serviceaccount',
  'namespace',
  'garbagecollector',
  'podgc',
]

/** The real one. @throws ServerFailed if it does nothing within 30 s */
export const startControllerManager = ({
  kubeControllerManager,
  supervisor,
  apiserver,
  client,
}: ControllerManagerOptions): Promise<ServerProcess> =>
  supervisor.start({
    name: 'kube-controller-manager',
    command: kubeControllerManager,
    args: [
      `--kubeconfig=${apiserver.adminKubeconfig}`,
      `--controllers=${controllers.join(',')}`,
      '--leader-elect=false',
      '--use-service-account-credentials=false',
      '--secure-port=0',
    ],
    // its controller of service accounts has made the first one
    ready: async (signal) => {
      const where = '/api/v1/namespaces/kube-system/serviceaccounts/default'
      await client.request('GET', where, { signal })
      return true
    },
  })
