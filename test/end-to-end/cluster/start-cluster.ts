import { processesOf } from '../../deploy/local/fixtures/processes.ts'
import { startCluster } from './cluster.ts'

/** Starts a cluster, tells of it in one line of JSON, and stays until it is killed. */

const { directory, supervisor, network } = await startCluster()
const { watchdogPid } = supervisor
const pids = [watchdogPid, ...processesOf(watchdogPid)]
console.log(JSON.stringify({ directory, link: network.link, pids }))
