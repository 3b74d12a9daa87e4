import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The servers of the local stack. */
export type StackServer = 'etcd' | 'kubeApiserver' | 'coredns'

/** And peers that only tests and benchmarks start. */
export type ServerName = StackServer | 'externalDns' | 'dnsproxy'

/** A Go module of ours that builds into one binary, which is a server by each of its names. */
export interface ServerModule {
  /** for people: what is being built */
  readonly title: string
  readonly folder: string
  readonly ldflags: string
  /** A package that `go.mod` has as a tool, if it isn't the folder's own. */
  readonly tool?: string
}

/** What a server's program is called, on PATH and in the cache. */
export const programs: Readonly<Record<ServerName, string>> = {
  etcd: 'etcd',
  kubeApiserver: 'kube-apiserver',
  coredns: 'coredns',
  externalDns: 'external-dns',
  dnsproxy: 'dnsproxy',
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

/** K2s has it on its Windows. */
const dnsproxy: ServerModule = {
  title: 'dnsproxy 0.84.1',
  folder: folderOf('dnsproxy'),
  ldflags: '-s -w',
  tool: 'github.com/AdguardTeam/dnsproxy',
}

export const moduleOf: Readonly<Record<ServerName, ServerModule>> = {
  etcd: kubernetes,
  kubeApiserver: kubernetes,
  coredns,
  externalDns,
  dnsproxy,
}

/**
 * Names what a build depends on: its sources, the pinned versions and the flags. Not the version
 * of Go: a newer one must not build for minutes what works.
 */
export function buildKey({ folder, ldflags, tool }: ServerModule): string {
  const hash = createHash('sha256').update(ldflags)
  for (const file of ['go.mod', 'go.sum', ...(tool ? [] : ['main.go'])]) {
    hash.update(`\0${file}\0`).update(readFileSync(path.join(folder, file)))
  }
  return hash.digest('hex').slice(0, 16)
}
