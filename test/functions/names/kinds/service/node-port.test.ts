import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  aNode,
  at,
  ending,
  http,
  inside,
  internally,
  local,
  named,
  nodePort,
  outcome,
  outside,
  prefix,
  type Row,
  slice,
  starting,
  web,
} from './objects.ts'

const rows: readonly Row[] = [
  [
    'leads to the nodes, its port in SRV records by its own name and the port’s',
    web(nodePort(http)),
    [outside(1), outside(2)],
    'web.example → 203.0.113.1, 203.0.113.2',
    '_web._tcp.web.example → SRV 0 50 30080 web.example',
    '_http._tcp.web.example → SRV 0 50 30080 web.example',
  ],
  [
    'leads to the nodes from inside if none is reached from outside',
    web(nodePort()),
    [inside(1), inside(2)],
    'web.example → 192.168.0.1, 192.168.0.2',
  ],
  [
    'leads to the nodes from outside only if one is',
    web(nodePort()),
    [inside(1), outside(2)],
    'web.example → 203.0.113.2',
  ],
  [
    'leads to the nodes from inside by access private',
    web(nodePort(), named({ access: 'private' })),
    [outside(1)],
    'web.example → 192.168.0.1',
  ],
  [
    'leads to the nodes from outside by access public',
    web(nodePort(), named({ access: 'public' })),
    [outside(1), inside(2)],
    'web.example → 203.0.113.1',
  ],
  [
    'is refused by access public if none is reached from outside',
    web(nodePort(http), named({ access: 'public' })),
    [inside(1)],
    'web.example: no-target',
  ],
  [
    'with a mistaken access has the default, and it is told',
    web(nodePort(), named({ access: 'all' })),
    [outside(1)],
    'web.example → 203.0.113.1',
    `${prefix}access: invalid-annotation`,
  ],
  [
    'leads to both families of a node',
    web(nodePort()),
    [
      aNode(1, [
        ['InternalIP', '192.168.0.1'],
        ['InternalIP', 'fd00::1'],
      ]),
    ],
    'web.example → 192.168.0.1, fd00::1',
  ],
  [
    'leads to no node that takes no new Pods',
    web(nodePort()),
    [inside(1, { unschedulable: true }), inside(2)],
    'web.example → 192.168.0.2',
  ],
  [
    'leads past a node without an address',
    web(nodePort()),
    [aNode(1, []), { ...aNode(2, []), status: null }, inside(3)],
    'web.example → 192.168.0.3',
  ],
  [
    'is refused without nodes, and its SRV names are not asked for',
    web(nodePort(http)),
    [],
    'web.example: no-target',
  ],
  [
    'leads to nodes without an endpoint too',
    web(nodePort()),
    [inside(1), inside(2), slice([at(1)])],
    'web.example → 192.168.0.1, 192.168.0.2',
  ],
  [
    'of local traffic leads to nodes with an endpoint only',
    web({ ...nodePort(), ...local }),
    [inside(1), inside(2), slice([at(2), at(2)])],
    'web.example → 192.168.0.2',
  ],
  [
    'of local traffic leads to no node whose endpoint is not ready',
    web({ ...nodePort(), ...local }),
    [inside(1), inside(2), slice([at(1, starting), at(2)])],
    'web.example → 192.168.0.2',
  ],
  [
    'of local traffic leads to nodes whose endpoints end but serve, while none is ready',
    web({ ...nodePort(), ...local }),
    [inside(1), inside(2), slice([at(1, ending)])],
    'web.example → 192.168.0.1',
  ],
  [
    'of local traffic without an endpoint is refused',
    web({ ...nodePort(http), ...local }),
    [inside(1)],
    'web.example: no-target',
  ],
  [
    'has all ports at its own name, each protocol apart',
    web(
      nodePort(
        http,
        { name: 'dns', protocol: 'UDP', nodePort: 30053 },
        { name: 'https', nodePort: 30443 },
      ),
    ),
    [inside(1)],
    'web.example → 192.168.0.1',
    '_web._tcp.web.example → SRV 0 50 30080 web.example, SRV 0 50 30443 web.example',
    '_http._tcp.web.example → SRV 0 50 30080 web.example',
    '_web._udp.web.example → SRV 0 50 30053 web.example',
    '_dns._udp.web.example → SRV 0 50 30053 web.example',
    '_https._tcp.web.example → SRV 0 50 30443 web.example',
  ],
  [
    'has a port without a name, or with its own, at its own name once',
    web(
      nodePort(
        { nodePort: 30080 },
        { name: 'web', nodePort: 30081 },
        { name: '', nodePort: 30082 },
      ),
    ),
    [inside(1)],
    'web.example → 192.168.0.1',
    '_web._tcp.web.example → SRV 0 50 30080 web.example, SRV 0 50 30081 web.example, SRV 0 50 30082 web.example',
  ],
  [
    'has no SRV record of a port without a node port',
    web(nodePort({ name: 'http', nodePort: 0 }, { name: 'x' })),
    [inside(1)],
    'web.example → 192.168.0.1',
  ],
  [
    'whose list of ports is null has no SRV record',
    web({ ...nodePort(), ports: null }),
    [inside(1)],
    'web.example → 192.168.0.1',
  ],
  [
    'leads where its annotation says, without SRV records',
    web(nodePort(http), named({ target: '10.9.9.9' })),
    [inside(1)],
    'web.example → 10.9.9.9',
  ],
  [
    'leads an internal name to the nodes, as in ExternalDNS',
    web(nodePort(http), internally),
    [outside(1)],
    'web.example → 203.0.113.1',
    '_web._tcp.web.example → SRV 0 50 30080 web.example',
    '_http._tcp.web.example → SRV 0 50 30080 web.example',
  ],
]

const test = suite('a Service of type NodePort')
for (const [what, object, others, ...expected] of rows) {
  test(what, () => assert.equal(outcome(object, others), expected))
}
test.run()
