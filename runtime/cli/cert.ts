import { GiveUp } from '../errors.ts'
import { issueCert } from './cert-issue.ts'
import { rotateCert } from './cert-rotated.ts'
import { showCert } from './cert-show.ts'
import type { Command } from './command.ts'

export const cert: Command = {
  name: 'cert',
  operands: 'show|rotated|issue',
  summary:
    'Show the certificates for etcd, tell the running instance that they are others, or make one with least rights',
  example: 'k2s-dns cert issue --user k2s-dns --ca-key /etc/kubernetes/pki/etcd/ca.key',
  flags: {
    'ca-key': { kind: 'string', description: 'issue: PEM file, the key of the CA in etcd.ca' },
    user: { kind: 'string', description: 'issue: etcd’s user, the common name [k2s-dns]' },
    days: { kind: 'string', description: 'issue: how long it lasts [365]' },
    out: { kind: 'string', description: 'issue: folder for USER.crt and USER.key [.]' },
  },
  async run(call) {
    const [operand] = call.operands
    if (operand === 'show') return showCert(call)
    if (operand === 'rotated') return rotateCert(call)
    if (operand === 'issue') return issueCert(call)
    throw new GiveUp('cert takes show, rotated or issue')
  },
}
