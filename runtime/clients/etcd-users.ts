import type { Etcd3 } from 'etcd3'
import { GiveUp, messageOf } from '../errors.ts'
import { failureOf } from './etcd-failures.ts'
import { connectMembers, type MembersOptions } from './etcd-members.ts'
import { rangeBelow } from './etcd-range.ts'

/**
 * Sees to it that a user may read and write below these prefixes and nowhere else, by a role of the same name. Only
 * where etcd asks who is there already: authentication is never turned on, since a kube-apiserver that has no user
 * would lose its store.
 * @param prefixes each ends with a slash
 * @returns whether etcd asks who is there
 * @throws GiveUp if there is another user or role of that name, or we may not manage users; RetryLater if etcd does not answer
 */
export async function ensureUser(
  options: MembersOptions,
  user: string,
  prefixes: readonly string[],
): Promise<boolean> {
  const members = await connectMembers(options)
  const { auth } = members.current
  try {
    if (!(await asksWho(auth))) return false
    await ensureRole(auth, user, prefixes)
    await unlessThere(auth.userAdd({ name: user, options: { no_password: true } })) // by certificate only
    const { roles } = await auth.userGet({ name: user })
    const others = roles.filter((role) => role !== user)
    if (others.length > 0) throw notOurs(`user ${user} has other roles (${others.join(', ')})`)
    if (roles.length === 0) await auth.userGrantRole({ user, role: user })
    return true
  } catch (error) {
    if (error instanceof GiveUp) throw error
    if (messageOf(error).includes('permission denied')) {
      throw new GiveUp(
        'etcd’s users are managed by one with the role root: give its etcd.username and ' +
          'etcd.password, or its certificate by etcd.cert and etcd.key',
        { cause: error },
      )
    }
    throw failureOf(error, 'manage users', options.endpoints)
  } finally {
    members.close()
  }
}

type Auth = Etcd3['auth']

/** Told by what it says to a login that can't be right: its status is for root only. */
async function asksWho(auth: Auth): Promise<boolean> {
  try {
    await auth.authenticate({ name: '', password: '' })
    return true
  } catch (error) {
    const said = messageOf(error)
    if (said.includes('authentication is not enabled')) return false
    if (said.includes('invalid user ID or password')) return true
    throw error
  }
}

async function ensureRole(auth: Auth, role: string, prefixes: readonly string[]): Promise<void> {
  await unlessThere(auth.roleAdd({ name: role }))
  const { perm } = await auth.roleGet({ role })
  const ranges = prefixes.map(rangeBelow)
  const other = perm.find(
    ({ permType, key, range_end: end }) =>
      permType !== 'Readwrite' ||
      !ranges.some((range) => range.from === key.toString() && range.end === end.toString()),
  )
  if (other) throw notOurs(`role ${role} has other rights (on ${other.key.toString()})`)
  for (const { from, end } of ranges) {
    await auth.roleGrantPermission({
      name: role,
      perm: { permType: 'Readwrite', key: Buffer.from(from), range_end: Buffer.from(end) },
    })
  }
}

async function unlessThere(adding: Promise<unknown>): Promise<void> {
  await adding.catch((error: unknown) => {
    if (!messageOf(error).includes('already exists')) throw error
  })
}

const notOurs = (what: string) =>
  new GiveUp(`etcd’s ${what}, so it is somebody else’s: choose another --user`)
