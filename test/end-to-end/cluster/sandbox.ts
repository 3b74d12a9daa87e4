import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { ServerProcess, ServerSpec } from '../../../deploy/local/server-process.ts'
import type { Supervisor } from '../../../deploy/local/supervisor.ts'
import { type Network, systemPath } from './network.ts'

/**
 * What a pod has before its container runs, and keeps while that runs again: a network namespace with an address,
 * and a file system of its own in a mount namespace. A sleeping process holds both, as a container runtime's pause
 * container does.
 */
export interface Sandbox {
  readonly address: string
  /** How a program of this machine is run in it, as `/coredns`. */
  enter(args: readonly string[]): Pick<ServerSpec, 'command' | 'args'>
  /** All that runs in it must have ended. */
  remove(): Promise<void>
}

/** A folder or file of this machine, and where the pod sees it. */
export interface Mount {
  readonly from: string
  readonly at: string
}

export interface SandboxOptions {
  /** Of the pod. */
  readonly name: string
  /** Becomes its root; removed with it. */
  readonly folder: string
  /** Becomes `/coredns`, as in CoreDNS's image. */
  readonly program: string
  readonly mounts: readonly Mount[]
}

/** A root with this machine's libraries, since the program is linked to them; then the mounts. */
const script = `set -eu
root=$1
shift
bind() {
  if [ -d "$1" ]; then mkdir -p "$2"; else mkdir -p "$(dirname "$2")"; : > "$2"; fi
  mount --bind "$1" "$2"
}
for folder in /usr /lib /lib64; do [ ! -e $folder ] || bind $folder "$root$folder"; done
while [ $# -gt 0 ]; do bind "$1" "$root$2"; shift 2; done
: > "$root/mounted"
exec sleep infinity`

export async function createSandbox(
  { name, folder, program, mounts }: SandboxOptions,
  { supervisor, network }: { readonly supervisor: Supervisor; readonly network: Network },
): Promise<Sandbox> {
  const outerFirst = mounts.toSorted((a, b) => a.at.length - b.at.length)
  const binds = [{ from: program, at: '/coredns' }, ...outerFirst].flatMap(({ from, at }) => [
    from,
    at,
  ])
  mkdirSync(path.join(folder, 'etc'), { recursive: true })
  const pause = await supervisor.start({
    name: `${name}.pause`,
    command: 'unshare',
    args: ['--net', '--mount', 'sh', '-c', script, 'sandbox', folder, ...binds],
    env: { PATH: systemPath },
    ready: async () => existsSync(path.join(folder, 'mounted')),
  })
  const address = await network.attach(pause.pid).catch(async (error: unknown) => {
    await pause.stop()
    throw error
  })
  writeFileSync(path.join(folder, 'etc', 'hosts'), `127.0.0.1 localhost\n${address} ${name}\n`)
  writeFileSync(path.join(folder, 'etc', 'resolv.conf'), `nameserver ${network.node}\n`)
  return {
    address,
    enter: (args) => ({
      command: 'nsenter',
      args: [...namespaces(pause), '/usr/sbin/chroot', folder, '/coredns', ...args],
    }),
    async remove() {
      pause.kill('SIGKILL')
      await pause.exited
      network.release(address)
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

const namespaces = ({ pid }: ServerProcess) => ['--target', String(pid), '--net', '--mount']
