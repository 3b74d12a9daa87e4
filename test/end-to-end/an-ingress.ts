/** An ingress as a test wants it: what its author writes, and what its controller reports. */
export interface AnIngress {
  readonly name: string
  readonly namespace: string
  readonly spec: object
  /** Undefined: its controller has not reported anything. */
  readonly status: object | undefined
}

export interface Wishes {
  readonly namespace?: string
  /** Addresses or host names that its controller reports; default: {@link usualTarget}. */
  readonly targets?: readonly string[]
  readonly tls?: readonly string[]
}

/** Where K2s's ingress controllers are. */
export const usualTarget = '172.19.1.100'

/** @param hosts of its rules */
export function anIngress(
  name: string,
  hosts: string | readonly string[],
  { namespace = 'default', targets = [usualTarget], tls = [] }: Wishes = {},
): AnIngress {
  return {
    name,
    namespace,
    spec: {
      defaultBackend: { service: { name: 'web', port: { number: 80 } } },
      rules: [hosts].flat().map((host) => ({ host })),
      ...(tls.length > 0 && { tls: [{ hosts: tls }] }),
    },
    status: targets.length > 0 ? { loadBalancer: { ingress: targets.map(address) } } : undefined,
  }
}

const address = (target: string) =>
  /^[\d.]+$|:/.test(target) ? { ip: target } : { hostname: target }
