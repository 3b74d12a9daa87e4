import { GRPCResourceExhastedError, isRecoverableError } from 'etcd3'
import { messageOf, RetryLater } from '../errors.ts'

/** The user of our login may not read or write there. */
export class PermissionDenied extends RetryLater {}

/** What is to be done about a failed call, by etcd's words for it (api/v3rpc/rpctypes/error.go). */
const remedies: readonly (readonly [words: string, remedy: string])[] = [
  [
    'database space exceeded',
    'it takes no more writes (alarm NOSPACE): compact, defragment, then `etcdctl alarm disarm`, see docs/etcd.md',
  ],
  ['permission denied', 'grant its user a role for these keys, see docs/etcd.md'],
  ['user name is empty', 'it asks for a login: set etcd.username and etcd.password'],
  ['authentication is not enabled', 'it knows no login: leave etcd.username and etcd.password out'],
  [
    'invalid user ID or password',
    'set etcd.username and etcd.password to those of one of its users',
  ],
  ['request is too large', 'raise its --max-request-bytes to the default at least, 1.5 MiB'],
  ['no leader', 'most of its members must run'],
  ['request timed out', 'most of its members must run'],
]
const usual = 'check that it runs and that etcd.endpoints and its credentials are right'

/** @param what that etcd did not do: `read` */
export function failureOf(error: unknown, what: string, endpoints: readonly string[]): RetryLater {
  const said = messageOf(error)
  const remedy = remedies.find(([words]) => said.includes(words))?.[1] ?? usual
  const message = `etcd at ${endpoints.join(',')} did not ${what}: ${said}. What to do: ${remedy}`
  const Failure = said.includes('permission denied') ? PermissionDenied : RetryLater
  return new Failure(message, { cause: error })
}

/** Another member may do better. */
export const isOfMember = (error: unknown): boolean =>
  error instanceof Error &&
  isRecoverableError(error) &&
  !(error instanceof GRPCResourceExhastedError) // no space, or more than we take at once

/** Logging in again helps; etcd3 does it by itself only for a token that is unknown. */
export const isOfLogin = (error: unknown): boolean =>
  messageOf(error).includes('revision of auth store is old')

/** An answer was larger than we take at once. */
export const isTooLarge = (error: unknown): boolean => messageOf(error).includes('larger than max')
