import { adopt } from './adopt.ts'
import { cert } from './cert.ts'
import { cluster } from './cluster.ts'
import type { Command } from './command.ts'
import { corefile } from './corefile.ts'
import { invoke } from './invoke.ts'
import { local } from './local.ts'
import { migrate } from './migrate.ts'
import { plan } from './plan.ts'
import { records } from './records.ts'
import { release } from './release.ts'
import { run } from './run.ts'
import { trace } from './trace.ts'
import { uninstall } from './uninstall.ts'

/** All that `k2s-dns` can do, in the order in which one meets it. */
export const commands: readonly Command[] = [
  local,
  run,
  cluster,
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
