import { z } from 'zod'
import type { Wish } from '../../functions/corefile/wish.ts'
import { endpoints, file, number, objectName, yesOrNo } from './values.ts'

/** `coredns.*`: what is done to CoreDNS when the cluster starts. docs/corefile.md explains it. */
export const corednsSchema = z
  .strictObject({
    mode: z
      .enum(['ensure', 'advise', 'off'])
      .default('ensure')
      .describe('At a cluster start: ensure that CoreDNS serves our names, advise only, or off'),
    namespace: objectName.default('kube-system').describe('Where CoreDNS runs'),
    deployment: objectName.default('coredns').describe('Its Deployment'),
    configMap: objectName.default('coredns').describe('The ConfigMap with its Corefile'),
    endpoints: endpoints
      .optional()
      .describe('URLs of etcd as CoreDNS’s pods reach it; else etcd.endpoints'),
    ca: file.describe('PEM file: the CA of etcd’s certificate, for CoreDNS; else etcd.ca'),
    cert: file.describe('PEM file: CoreDNS’s client certificate; else ours'),
    key: file.describe('PEM file: the key of CoreDNS’s client certificate'),
    editCaches: yesOrNo
      .default(true)
      .describe('Whether CoreDNS’s caches are told not to keep denials of our zones'),
    serveStale: z
      .string()
      .optional()
      .describe('CoreDNS answers from its cache while etcd is away: 1h verify 500ms'),
    deadlineMs: number(z.number().int().min(1_000))
      .default(120_000)
      .describe('CoreDNS must serve by then, or is as it was before'),
  })
  .refine(({ cert, key }) => !cert === !key, {
    path: ['cert'],
    message: 'coredns.cert and coredns.key belong together: set both or neither',
  })

export interface CoreDnsSettings {
  readonly dns: { readonly zones: readonly string[]; readonly prefix: string }
  readonly etcd: { readonly endpoints: readonly string[] }
  readonly coredns: z.infer<typeof corednsSchema>
}

/** @param tls file names as CoreDNS sees them; undefined for an etcd without */
export function corednsWishOf(
  { dns, etcd, coredns }: CoreDnsSettings,
  tls: Wish['etcd']['tls'],
): Wish {
  return {
    zones: dns.zones,
    etcd: { path: dns.prefix, endpoints: coredns.endpoints ?? etcd.endpoints, ...(tls && { tls }) },
    editCaches: coredns.editCaches,
    ...(coredns.serveStale !== undefined && { serveStale: coredns.serveStale }),
  }
}
