import { onCertRotated } from './on-cert-rotated.ts'
import { onClusterStart } from './on-cluster-start.ts'
import { onClusterStop } from './on-cluster-stop.ts'
import { onCoreDnsChanged } from './on-coredns-changed.ts'
import { onIngressAdded } from './on-ingress-added.ts'
import { onIngressDeleted } from './on-ingress-deleted.ts'
import { onReconcile } from './on-reconcile.ts'
import { onRecordDisturbed } from './on-record-disturbed.ts'

/** The function set. */
export const functions = [
  onIngressAdded,
  onIngressDeleted,
  onClusterStart,
  onClusterStop,
  onCertRotated,
  onCoreDnsChanged,
  onReconcile,
  onRecordDisturbed,
]
