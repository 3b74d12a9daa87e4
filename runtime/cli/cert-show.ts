import type { Certificate } from '../../functions/certificates/judge.ts'
import { systemClock } from '../clock.ts'
import { GiveUp, messageOf } from '../errors.ts'
import { judgedFiles } from '../sources/certificates.ts'
import { columns } from './columns.ts'
import type { Call } from './command.ts'
import { withStore } from './store.ts'

/** What is configured, and what it is worth: to us, and to etcd. @returns 1 if it is wrong, or etcd does not take it */
export async function showCert({ config, say }: Call): Promise<number> {
  const { etcd } = config
  if (etcd.ca === undefined) throw new GiveUp('etcd.ca names no file: there is nothing to show')
  const { certificates, wrong } = await judgedFiles(etcd, systemClock)
  const refused = await withStore(config, (records) => records.check()).then(
    () => undefined,
    (error: unknown) => messageOf(error),
  )
  const text = [
    ...columns(certificates.map((each) => row(each, etcd[each.part]))),
    wrong === undefined ? 'they fit each other' : `wrong: ${wrong}`,
    refused === undefined ? 'etcd takes them' : `etcd does not take them: ${refused}`,
  ]
  const shown = certificates.map((each) => ({ ...each, file: etcd[each.part] }))
  say(text.join('\n'), { certificates: shown, wrong, refused })
  return wrong === undefined && refused === undefined ? 0 : 1
}

const row = ({ part, subject, issuer, serial, until }: Certificate, file = '') => [
  `etcd.${part}`,
  file,
  subject,
  `by ${issuer}`,
  `serial ${serial}`,
  `until ${until.toISOString()}`,
]
