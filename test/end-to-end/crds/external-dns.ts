import { type CrdModule, crdsOf } from './module-crds.ts'

const externalDns: CrdModule = {
  module: 'sigs.k8s.io/external-dns@v0.21.0',
  sum: 'h1:YAC7ERW32eZAjSdhu44taaZGII6nwz2/wteT+BtpFzM=',
  folder: 'config/crd/standard',
}

/** That of DNSEndpoint. */
export const externalDnsCrds = () => crdsOf(externalDns)
