export {
  type Cluster,
  type ClusterOptions,
  type ManifestsFor,
  startCluster,
} from './cluster.ts'
export type { CoreDnsPod } from './coredns-pods.ts'
export { k2sManifests } from './k2s.ts'
