/** The parts of a Pod (core/v1) that are used here. */
export interface Pod {
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid: string
    readonly deletionTimestamp?: string
    /** From the request on, in seconds. */
    readonly deletionGracePeriodSeconds?: number
  }
  readonly spec: {
    readonly nodeName?: string
    readonly hostNetwork?: boolean
    readonly serviceAccountName?: string
    readonly containers: readonly [Container, ...Container[]]
    readonly volumes?: readonly Volume[]
  }
  readonly status?: {
    readonly podIP?: string
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
    readonly containerStatuses?: readonly {
      readonly restartCount: number
      readonly state: object
    }[]
  }
}

export interface Container {
  readonly name: string
  readonly image: string
  readonly args?: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
  readonly volumeMounts?: readonly {
    readonly name: string
    readonly mountPath: string
    readonly subPath?: string
  }[]
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[]
  readonly readinessProbe?: Probe
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } }
}

export interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port: number | string }
  readonly failureThreshold?: number
}

export interface Volume {
  readonly name: string
  readonly configMap?: Source & { readonly name: string }
  readonly secret?: Source & { readonly secretName: string }
  readonly emptyDir?: object
}

interface Source {
  readonly optional?: boolean
  readonly items?: readonly { readonly key: string; readonly path: string }[]
}
