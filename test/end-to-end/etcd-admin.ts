import { readFileSync } from 'node:fs'
import type { Etcd } from '../../deploy/local/etcd.ts'

/** What the administrator of an etcd does, by its JSON gateway. */
export interface EtcdAdmin {
  /** Turns authentication on, with a user root. */
  enableAuth(): Promise<void>
  /** A user with one role of its name. @param rights `read`, `write` or `readwrite` by prefix */
  addUser(name: string, password: string, rights: Rights): Promise<void>
  grant(role: string, rights: Rights): Promise<void>
  revoke(role: string, prefix: string): Promise<void>
  /** Puts keys below a prefix until etcd takes no more. */
  fill(prefix: string): Promise<void>
  /** Removes what is below the prefix, forgets old revisions, gives the space back, and lets writes in again. */
  makeSpace(prefix: string): Promise<void>
  /** What it has logged so far. */
  log(): string
}

type Rights = Readonly<Record<string, 'read' | 'write' | 'readwrite'>>

const root = { name: 'root', password: 'root-secret' }
const base64 = (text: string) => Buffer.from(text).toString('base64')
const range = (prefix: string) => ({
  key: base64(prefix),
  range_end: base64(`${prefix.slice(0, -1)}0`), // '0' follows '/'
})

export function etcdAdmin({ endpoint, process }: Pick<Etcd, 'endpoint' | 'process'>): EtcdAdmin {
  let protectedNow = false

  async function call<T = unknown>(path: string, body: object): Promise<T> {
    const headers = { authorization: protectedNow ? await logIn() : '' }
    return post(path, headers, body)
  }

  async function post<T>(path: string, headers: Record<string, string>, body: object): Promise<T> {
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    const answer = await fetch(`${endpoint}/v3/${path}`, init)
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return (await answer.json()) as T
  }

  const logIn = async () => (await post<{ token: string }>('auth/authenticate', {}, root)).token

  async function grant(role: string, rights: Rights): Promise<void> {
    for (const [prefix, permType] of Object.entries(rights)) {
      const perm = { permType: permType.toUpperCase(), ...range(prefix) }
      await call('auth/role/grant', { name: role, perm })
    }
  }

  return {
    async enableAuth() {
      await call('auth/user/add', root)
      await call('auth/role/add', { name: 'root' })
      await call('auth/user/grant', { user: 'root', role: 'root' })
      await call('auth/enable', {})
      protectedNow = true
    },
    async addUser(name, password, rights) {
      await call('auth/role/add', { name })
      await call('auth/user/add', { name, password })
      await call('auth/user/grant', { user: name, role: name })
      await grant(name, rights)
    },
    grant,
    revoke: (role, prefix) => call('auth/role/revoke', { role, ...range(prefix) }),
    async fill(prefix) {
      const value = base64('x'.repeat(100_000))
      for (let i = 0; ; i++) {
        const said = await call('kv/put', { key: base64(`${prefix}${i}`), value }).catch(String)
        if (String(said).includes('database space exceeded')) return
        if (typeof said === 'string') throw new Error(said)
      }
    },
    async makeSpace(prefix) {
      await call('kv/deleterange', range(prefix))
      type Answer = { header: { revision: string } }
      const { header } = await call<Answer>('kv/range', { key: base64('/') })
      await call('kv/compaction', { revision: header.revision, physical: true })
      await call('maintenance/defragment', {})
      const raised = { action: 'GET', memberID: 0, alarm: 'NOSPACE' }
      const { alarms } = await call<{ alarms: object[] }>('maintenance/alarm', raised)
      for (const alarm of alarms)
        await call('maintenance/alarm', { ...alarm, action: 'DEACTIVATE' })
    },
    log: () => readFileSync(process.logFile, 'utf8'),
  }
}
