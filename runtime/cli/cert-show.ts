import type { Certificate } from '../../functions/certificates/judge.ts'
import { systemClock } from '../clock.ts'
import { credentialsOf } from '../credentials/index.ts'
import { judged, type Where } from '../credentials/provider.ts'
import { GiveUp, messageOf } from '../errors.ts'
import { columns } from './columns.ts'
import type { Call } from './command.ts'
import { withStore } from './store.ts'

/** What is configured, and what it is worth: to us, and to etcd. @returns 1 if it is wrong, or etcd does not take it */
export async function showCert({ config, say }: Call): Promise<number> {
  const provider = credentialsOf(config)
  if (!provider) throw new GiveUp('set etcd.ca or etcd.secret: there is nothing to show')
  const { certificates, wrong } = await judged(() => provider.read(), systemClock)
  const whereIs = ({ part }: Certificate) => provider.parts[part] ?? { setting: '', at: '' }
  const refused = await withStore(config, (records) => records.check()).then(
    () => undefined,
    (error: unknown) => messageOf(error),
  )
  const text = [
    ...columns(certificates.map((each) => row(each, whereIs(each)))),
    wrong === undefined ? 'they fit each other' : `wrong: ${wrong}`,
    refused === undefined ? 'etcd takes them' : `etcd does not take them: ${refused}`,
  ]
  const shown = certificates.map((each) => ({ ...each, file: whereIs(each).at }))
  say(text.join('\n'), { certificates: shown, wrong, refused })
  return wrong === undefined && refused === undefined ? 0 : 1
}

const row = ({ subject, issuer, serial, until }: Certificate, { setting, at }: Where) => [
  setting,
  at,
  subject,
  `by ${issuer}`,
  `serial ${serial}`,
  `until ${until.toISOString()}`,
]
