import { cluster } from './cluster.ts'
import type { Command } from './command.ts'
import { invoke } from './invoke.ts'
import { local } from './local.ts'
import { migrate } from './migrate.ts'
import { release } from './release.ts'
import { run } from './run.ts'

/** All that `k2s-dns` can do, in the order in which one meets it. */
export const commands: readonly Command[] = [local, run, cluster, invoke, release, migrate]
