import { readFile } from 'node:fs/promises'
import type { Clock } from '../clock.ts'
import { type Config, type ConfigFile, changedKeys } from '../config.ts'
import { GiveUp, messageOf } from '../errors.ts'
import { plainEvent, policyChanged } from '../events.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { settled } from './settled.ts'
import type { Source } from './source.ts'

export interface PolicyFileOptions {
  readonly file: ConfigFile
  /** What we run with. */
  readonly config: Config
  /** Takes over another policy; called before the event. */
  readonly accept: (policy: Config['policy']) => void
  /** Told when what follows from another policy could not be done. */
  readonly onFailure: (error: unknown) => void
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Pick<Metrics, 'configValid'>
  /** Default 1,000. */
  readonly pollMs?: number
}

/**
 * Emits `io.k2s.policy.changed` once the configuration file says another policy. Its content is polled, since
 * a ConfigMap's files change by a symbolic link two folders up, which no watch of the file sees. Of a file that is
 * wrong nothing is taken over.
 */
export function policyFileSource(options: PolicyFileOptions): Source {
  const { file, config, accept, onFailure, clock, log, metrics, pollMs = 1_000 } = options
  let { policy } = config

  /** @returns whether the policy is another one now */
  function takeOver(content: Content): boolean {
    const { path } = file
    try {
      const now = file.parse(textOf(content, path))
      metrics.configValid.set(1)
      const keys = changedKeys(config, now).filter((key) => !key.startsWith('policy.'))
      if (keys.length > 0) log.warn({ path, keys }, 'a change of these settings needs a restart')
      const isChanged = changedKeys({ ...now, policy }, now).length > 0
      policy = now.policy
      return isChanged
    } catch (error) {
      metrics.configValid.set(0)
      log.error({ path }, `the configuration is left as it was: ${messageOf(error)}`)
      return false
    }
  }

  return {
    name: 'policy-file',
    async start(emit, signal) {
      for await (const content of settled(() => read(file.path), pollMs, clock, signal)) {
        if (!takeOver(content)) continue
        accept(policy)
        log.info({ path: file.path }, 'the policy is another one now')
        emit(plainEvent(policyChanged, '/k2s-dns/policy-file')).catch(onFailure)
      }
    },
  }
}

type Content = { readonly text: string } | { readonly fault: string }

const read = (path: string): Promise<Content> =>
  readFile(path, 'utf8').then(
    (text) => ({ text }),
    (error: unknown) => ({ fault: messageOf(error) }),
  )

function textOf(content: Content, path: string): string {
  if ('text' in content) return content.text
  throw new GiveUp(`configuration file ${path}: ${content.fault}`)
}
