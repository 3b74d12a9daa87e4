import type { Etcd3 } from 'etcd3'

/**
 * Makes an etcd with client certificates ask who is there, by the name in each certificate. Each of these may do
 * everything; whoever is deleted may do nothing from then on, over connections that are open too.
 */
export async function askWhoIsThere(etcd: Etcd3, names: readonly string[]): Promise<void> {
  await etcd.role('root').create()
  for (const name of ['root', ...names]) {
    await etcd.user(name).create('secret')
    await etcd.user(name).addRole('root')
  }
  await etcd.auth.authEnable()
}
