import type { Difference } from './difference.ts'

export const services: readonly Difference[] = [
  {
    what: 'SRV records',
    theirs:
      'writes their data into `host`, which CoreDNS takes for a name: it answers port 0 of the domain above, ' +
      'and the addresses of all names there',
    ours: 'writes priority, weight, port and host',
    why: 'so they answer',
    at: [/^_node-ports?(-[\w-]+)?\._(tcp|udp)\.\S+\.service/],
  },
  {
    what: 'SRV records of ports that have names',
    theirs: 'writes them at the name of the Service',
    ours: 'writes them there, and at the names of the ports',
    why: 'that is where clients ask (RFC 2782), and where the cluster’s own DNS has them',
    at: [/^_(http|dns)\._(tcp|udp)\.ports\.service /],
  },
  {
    what: '`externalTrafficPolicy: Local` without a ready Pod',
    theirs: 'takes nodes of Pods that are not ready; without any Pod it writes SRV records alone',
    ours: 'refuses the name (`no-target`)',
    why: 'those nodes drop what they get',
    at: [/local-(unready|empty)\.service /],
  },
  {
    what: 'Endpoints that shut down',
    theirs: 'has no name for a headless Service while none of its endpoints is ready',
    ours: 'takes those that still serve, as kube-proxy does',
    why: 'a restart of the last Pod should not take the name away',
    at: ['ending.service'],
  },
  {
    what: 'Endpoints that are no Pods',
    theirs: 'leaves them out',
    ours: 'takes every endpoint',
    why: 'EndpointSlices of machines outside the cluster are written for just this',
    at: ['machine.service'],
  },
  {
    what: 'What the Pods behind a headless Service say',
    theirs:
      'reads their annotation `target`, and their hostname also if they are not of the Service’s `subdomain`',
    ours: 'reads EndpointSlices, which have the hostname of a Pod that is',
    why: 'it would take a watch of all Pods of the cluster',
    at: ['pod-target.service', 'pod.subdomain.service'],
  },
]
