import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The servers of the local stack. */
export type StackServer = 'etcd' | 'kubeApiserver' | 'coredns'

/** And those that only tests and benchmarks start. */
export type ServerName = StackServer | 'externalDns' | 'kubeControllerManager'

/** A program of a Go module of ours: one binary, which is a server by each of its names. */
export interface ServerModule {
  /** for people: what is being built */
  readonly title: string
  /** of the module */
  readonly folder: string
  /** of its `main.go` in the module; default: the module's own */
  readonly main?: string
  readonly ldflags: string
}

/** What a server's program is called, on PATH and in the cache. */
export const programs: Readonly<Record<ServerName, string>> = {
  etcd: 'etcd',
  kubeApiserver: 'kube-apiserver',
  coredns: 'coredns',
  externalDns: 'external-dns',
  kubeControllerManager: 'kube-controller-manager',
}

export const stackServers: readonly StackServer[] = ['etcd', 'kubeApiserver', 'coredns']

const folderOf = (name: string) => fileURLToPath(new URL(`./servers/${name}/`, import.meta.url))
const versionPackage = 'k8s.io/component-base/version'

/** Without a version by `-X` clients see a kube-apiserver v0.0.0. */
const kubernetes: ServerModule = {
  title: 'etcd 3.6.8 and kube-apiserver 1.36.3',
  folder: folderOf('kubernetes'),
  ldflags: [
    '-s -w',
    `-X ${versionPackage}.gitVersion=v1.36.3`,
    `-X ${versionPackage}.gitMajor=1`,
    `-X ${versionPackage}.gitMinor=36`,
  ].join(' '),
}

/** A binary of its own, so that `npm start` need not build it. */
const kubeControllerManager: ServerModule = {
  ...kubernetes,
  title: 'kube-controller-manager 1.36.3',
  main: 'kube-controller-manager',
}

const coredns: ServerModule = {
  title: 'CoreDNS 1.14.7',
  folder: folderOf('coredns'),
  ldflags: '-s -w',
}

/** Built and kept as the others are, but never by `npm start`. */
const externalDns: ServerModule = {
  title: 'ExternalDNS 0.21.0',
  folder: folderOf('external-dns'),
  ldflags: '-s -w -X sigs.k8s.io/external-dns/pkg/apis/externaldns.Version=v0.21.0',
}

export const moduleOf: Readonly<Record<ServerName, ServerModule>> = {
  etcd: kubernetes,
  kubeApiserver: kubernetes,
  coredns,
  externalDns,
  kubeControllerManager,
}

/**
 * Names what a build depends on: its sources, the pinned versions and the flags. Not the version
 * of Go: a newer one must not build for minutes what works.
 */
export function buildKey({ folder, main = '.', ldflags }: ServerModule): string {
  const hash = createHash('sha256').update(ldflags)
  for (const file of ['go.mod', 'go.sum', path.join(main, 'main.go')]) {
    hash.update(`\0${file}\0`).update(readFileSync(path.join(folder, file)))
  }
  return hash.digest('hex').slice(0, 16)
}
