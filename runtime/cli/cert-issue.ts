import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { keysOf } from '../../functions/names/records/keys.ts'
import { systemClock } from '../clock.ts'
import { credentialsOf } from '../credentials/index.ts'
import type { CredentialsProvider } from '../credentials/provider.ts'
import { GiveUp, messageOf } from '../errors.ts'
import { namingOf } from '../settings.ts'
import type { Call } from './command.ts'

/** A client certificate for a user of etcd's, who may do no more than k2s-dns needs, if etcd asks who is there at all. */
export async function issueCert({ config, flags, say }: Call): Promise<number> {
  const { 'ca-key': caKeyFile, user = 'k2s-dns', days = '365', out = '.' } = flags
  const credentials = credentialsOf(config)
  if (!credentials) throw new GiveUp('name the CA’s certificate by --etcd.ca')
  if (typeof caKeyFile !== 'string') throw new GiveUp('name the CA’s key by --ca-key')
  if (!/^[\w.@-]{1,64}$/.test(String(user))) {
    throw new GiveUp(`--user ${user}: letters, digits and . _ @ -, at most 64`)
  }
  if (!/^[1-9]\d{0,3}$/.test(String(days))) throw new GiveUp(`--days ${days}: 1 to 9999`)

  const [{ issueCertificate }, { ensureUser }] = await Promise.all([
    import('../credentials/issue-certificate.ts'), // not loaded for other commands
    import('../clients/etcd-users.ts'),
  ])
  const [{ ca }, caKey] = await Promise.all([readCredentials(credentials), read(caKeyFile)])
  const now = systemClock.date()
  const { cert, key } = await issueCertificate({
    ca,
    caKey,
    commonName: String(user),
    days: Number(days),
    now,
  })
  const { records, state } = keysOf(namingOf(config))
  const authentication = await ensureUser({ ...config.etcd, credentials }, String(user), [
    records,
    state,
  ])
  const files = {
    cert: path.join(String(out), `${user}.crt`),
    key: path.join(String(out), `${user}.key`),
  }
  await write(files.key, key)
  await write(files.cert, cert)
  say(
    [
      `${files.cert} and ${files.key}: a client certificate for ${user}`,
      authentication
        ? `etcd's user ${user} may read and write below ${records} and ${state}, and nothing else`
        : 'etcd does not ask who is there (its authentication is off): whoever has this key may read and write all ' +
          'that it holds. It is left off, since a kube-apiserver without a user of its own would lose its store',
    ].join('\n'),
    { ...files, user, authentication },
  )
  return 0
}

const read = (file: string) => readFile(file, 'utf8').catch(giveUp)
const readCredentials = (provider: CredentialsProvider) => provider.read().catch(giveUp)

/** Files that are there are somebody's, and in use perhaps. */
const write = (file: string, text: string) =>
  writeFile(file, text, { mode: 0o600, flag: 'wx' }).catch(giveUp)

function giveUp(error: unknown): never {
  throw new GiveUp(messageOf(error), { cause: error })
}
