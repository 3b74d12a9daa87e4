import { adopt } from './adopt.ts'
import { cert } from './cert.ts'
import { cluster } from './cluster.ts'
import type { Command } from './command.ts'
import { corefile } from './corefile.ts'
import { doctor } from './doctor.ts'
import { host } from './host.ts'
import { invoke } from './invoke.ts'
import { local } from './local.ts'
import { lookup } from './lookup.ts'
import { migrate } from './migrate.ts'
import { plan } from './plan.ts'
import { records } from './records.ts'
import { release } from './release.ts'
import { restore } from './restore.ts'
import { run } from './run.ts'
import { trace } from './trace.ts'
import { uninstall } from './uninstall.ts'

/** All that `k2s-dns` can do, in the order in which one meets it. */
export const commands: readonly Command[] = [
  local,
  run,
  cluster,
  host,
  restore,
  doctor,
  lookup,
  corefile,
  plan,
  records,
  trace,
  invoke,
  cert,
  release,
  adopt,
  migrate,
  uninstall,
]
