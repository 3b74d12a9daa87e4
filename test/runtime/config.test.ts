import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sayRule } from '../../functions/names/policy/rules.ts'
import { policyOf } from '../../runtime/config/policy.ts'
import {
  type Config,
  type ConfigSources,
  changedKeys,
  configFileOf,
  loadConfig,
  settings,
  variableOf,
} from '../../runtime/config.ts'
import { GiveUp } from '../../runtime/errors.ts'
import { aPolicy } from '../support/a-policy.ts'
import { thrownBy } from '../support/outcome.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'k2s-dns-config-'))
process.once('exit', () => rmSync(folder, { recursive: true }))
let files = 0

/** @returns the path of a YAML file with that text */
function file(text: string): string {
  const name = path.join(folder, `${files++}.yaml`)
  writeFileSync(name, text)
  return name
}

type Given = Partial<ConfigSources> & { readonly yaml?: string }

function load({ flags = {}, env = {}, yaml }: Given): Config {
  const config = yaml === undefined ? {} : { config: file(yaml) }
  return loadConfig({ flags: { ...config, ...flags }, env })
}

const reading = suite('configuration')

reading('has a default for everything that is needed', () => {
  const { instance, etcd, dns, targets, http, guard } = load({})
  assert.is(instance, 'k2s-dns')
  assert.equal(etcd, { endpoints: ['http://127.0.0.1:2379'], timeoutMs: 2_000 })
  assert.equal(
    [dns.zones, dns.clusterDomain, dns.prefix],
    [['cluster.local'], 'cluster.local', '/skydns'],
  )
  assert.equal([dns.ttlSeconds, dns.servers, targets.default], [30, [], []])
  assert.equal(
    [http, guard],
    [
      { host: '127.0.0.1', port: 8053 },
      { share: 0.5, minimum: 10 },
    ],
  )
})

const flag = { flags: { 'http.port': '1' } }
const env = { env: { K2S_DNS_HTTP_PORT: '2' } }
const yaml = { yaml: 'http: { port: 3 }' }
const precedence: readonly (readonly [what: string, given: Given, port: number])[] = [
  ['a flag before all', { ...flag, ...env, ...yaml }, 1],
  ['a flag before the file', { ...flag, ...yaml }, 1],
  ['the environment before the file', { ...env, ...yaml }, 2],
  ['the file before the default', yaml, 3],
  ['else the default', {}, 8053],
]
for (const [what, given, port] of precedence) {
  reading(`takes ${what}`, () => assert.is(load(given).http.port, port))
}

reading('is put together setting by setting', () => {
  const { http, etcd } = load({
    flags: { 'http.port': '0' },
    env: { K2S_DNS_ETCD_PASSWORD: 'x' },
    yaml: 'http: { host: "::1" }\netcd: { username: u }',
  })
  assert.equal(http, { host: '::1', port: 0 })
  assert.equal([etcd.username, etcd.password], ['u', 'x'])
})

reading('finds its file by flag, else by environment', () => {
  const [a, b] = [file('instance: a'), file('instance: b')]
  assert.is(loadConfig({ flags: { config: a }, env: { K2S_DNS_CONFIG: b } }).instance, 'a')
  assert.is(loadConfig({ flags: {}, env: { K2S_DNS_CONFIG: b } }).instance, 'b')
})

const lists: readonly (readonly [text: string, zones: string[]])[] = [
  ['a.local', ['a.local']],
  ['a.local,b.local', ['a.local', 'b.local']],
  [' a.local , b.local ,', ['a.local', 'b.local']],
]
for (const [text, zones] of lists) {
  reading(`reads the list "${text}"`, () => {
    assert.equal(load({ flags: { 'dns.zones': text } }).dns.zones, zones)
    assert.equal(load({ yaml: `dns: { zones: "${text}" }` }).dns.zones, zones)
  })
}

const files_: readonly (readonly [what: string, yaml: string])[] = [
  ['an empty file', ''],
  ['a comment', '# nothing\n'],
  ['a group without settings', 'dns:\n'],
  ['a list of its own', 'dns:\n  zones:\n    - cluster.local\n'],
]
for (const [what, text] of files_) {
  reading(`takes ${what} for what it says`, () =>
    assert.equal(load({ yaml: text }).dns, load({}).dns),
  )
}

reading('has a variable and a description for each setting', () => {
  assert.is(variableOf('etcd.timeoutMs'), 'K2S_DNS_ETCD_TIMEOUTMS')
  assert.is(new Set(settings.map(({ key }) => variableOf(key))).size, settings.length)
  assert.equal(
    settings.filter(({ description }) => description === '').map(({ key }) => key),
    [],
  )
})

reading('has a policy that allows what is not denied for all', () => {
  const limits = { namesPerNamespace: undefined, keepNames: false }
  assert.equal(policyOf(load({})), aPolicy({ limits }))
})

reading('has a policy as its file says', () => {
  const text = `
dns: { zones: [lab.local, 10.in-addr.arpa], clusterDomain: lab.local }
policy:
  rules:
    - { namespaces: [team-*], hosts: ['*.lab.local', a.lab.local], action: allow }
    - { hosts: 'b.lab.local, c.lab.local', action: deny }
    - { action: deny }
  otherwise: deny
  searchPath: allow
  targets:
    deny: [10.0.0.0/8]
  minTtlSeconds: 60
  namesPerNamespace: 5
  mode: upsert-only
`
  const { rules, targets, ...rest } = policyOf(load({ yaml: text }))
  assert.equal(rules.map(sayRule), [
    'allow to namespaces team-*, hosts *.lab.local, a.lab.local',
    'deny to namespaces *, hosts b.lab.local, c.lab.local',
    'deny to namespaces *, hosts **',
  ])
  assert.equal([targets.allow.length, targets.deny.map((each) => each.text)], [0, ['10.0.0.0/8']])
  assert.equal(rest, {
    zones: ['lab.local', '10.in-addr.arpa'],
    clusterDomain: 'lab.local',
    searchDomains: ['lab.local'],
    otherwise: 'deny',
    searchPath: 'allow',
    minTtlSeconds: 60,
    limits: { namesPerNamespace: 5, keepNames: true },
  })
})

reading('has a policy as the example in docs/policy.md says', () => {
  const [, example = ''] = readFileSync('docs/policy.md', 'utf8').split(/^```(?:yaml)?$/m)
  const { rules, targets } = policyOf(load({ yaml: example }))
  assert.equal([rules.length, targets.deny.length], [5, 2])
})

reading('takes rules from the file only, all else of a policy from anywhere', () => {
  const { policy } = load({
    flags: { 'policy.rules': '[]', 'policy.targets.deny': '10.0.0.0/8, *.internal' },
    env: { K2S_DNS_POLICY_OTHERWISE: 'deny', K2S_DNS_POLICY_RULES: '[]' },
    yaml: 'policy: { rules: [{ action: deny }] }',
  })
  assert.equal([policy.rules.length, policy.otherwise], [1, 'deny'])
  assert.equal(
    policy.targets.deny.map(({ text }) => text),
    ['10.0.0.0/8', '*.internal'],
  )
})

reading('can be had with another text of its file, flags before it as ever', () => {
  const config = file('http: { port: 1 }')
  const sources = { flags: { config, 'dns.ttlSeconds': '5' }, env: {} }
  const read = configFileOf(sources)
  assert.is(read?.path, config)
  const text = 'http: { port: 2 }\ndns: { ttlSeconds: 9 }\npolicy: { otherwise: deny }'
  const other = read?.parse(text)
  assert.equal([other?.http.port, other?.dns.ttlSeconds], [2, 5])
  assert.equal(other && changedKeys(loadConfig(sources), other), ['policy.otherwise', 'http.port'])
  assert.match(
    thrownBy(() => read?.parse('a: [')),
    `GiveUp: configuration file ${config}`,
  )
  assert.is(configFileOf({ flags: {}, env: {} }), undefined)
})

reading('differs by a rule if a pattern of it does', () => {
  const of = (host: string) =>
    load({ yaml: `policy: { rules: [{ action: deny, hosts: ${host} }] }` })
  assert.equal(changedKeys(of('a.local'), of('b.local')), ['policy.rules'])
  assert.equal(changedKeys(of('a.local'), of('a.local')), [])
})

const fixed = ['kubeconfig', 'etcd.endpoints', 'dns.zones', 'http.port', 'instance']
reading('has the settings that people script against', () => {
  const keys = settings.map(({ key }) => key)
  assert.equal(
    fixed.filter((key) => !keys.includes(key)),
    [],
  )
})

const wrong: readonly (readonly [flagOrYaml: string, value: string, ...words: string[]])[] = [
  ['instance', 'K2S', 'instance = "K2S"', 'letters, digits and inner hyphens'],
  ['instance', '../k2s', 'instance = "../k2s"', 'letters, digits'],
  ['instance', 'a/b', 'instance = "a/b"'],
  [
    'dns.zones',
    'Cluster.local',
    'dns.zones = "Cluster.local"',
    'lower case',
    'write cluster.local',
  ],
  ['dns.zones', 'cluster.local.', 'without trailing dot: write cluster.local'],
  ['dns.zones', 'a.local,*.local', 'dns.zones', 'wildcard'],
  ['dns.zones', 'bücher', 'dns.zones', 'xn--bcher-kva'],
  [
    'dns.clusterDomain',
    'Cluster.local',
    'dns.clusterDomain = "Cluster.local"',
    'write cluster.local',
  ],
  ['dns.zones', '256.in-addr.arpa', 'dns.zones = "256.in-addr.arpa"', '"256" is not an octet'],
  ['dns.zones', 'cluster.local,arpa', 'dns.zones', 'only in-addr.arpa'],
  ['dns.searchDomains', 'A.local', 'dns.searchDomains = "A.local"', 'write a.local'],
  ['policy.otherwise', 'ask', 'policy.otherwise = "ask"', '"allow"|"deny"'],
  ['policy.searchPath', 'true', 'policy.searchPath = "true"', '"allow"|"deny"'],
  ['policy.mode', 'upsert', 'policy.mode = "upsert"', 'upsert-only'],
  ['policy.minTtlSeconds', '0', 'policy.minTtlSeconds = "0"', '>=1'],
  ['policy.namesPerNamespace', '-1', 'policy.namesPerNamespace = "-1"', '>=0'],
  ['policy.targets.deny', '10.0.0.0/33', 'policy.targets.deny = "10.0.0.0/33"', 'no network'],
  ['policy.targets.allow', '10.0.0.0/8,A.b', 'policy.targets.allow', 'lower case: a.b'],
  ['dns.prefix', 'skydns', 'dns.prefix = "skydns"', 'a slash, then'],
  ['dns.prefix', '/a/b', 'dns.prefix = "/a/b"', 'one segment'],
  ['dns.prefix', '/', 'dns.prefix = "/"'],
  ['dns.servers', 'localhost', 'dns.servers = "localhost"', '10.96.0.10:53'],
  ['dns.ttlSeconds', '0', 'dns.ttlSeconds = "0"', '>=1'],
  ['dns.ttlSeconds', 'soon', 'dns.ttlSeconds = "soon"', 'number'],
  ['dns.ttlSeconds', '1.5', 'dns.ttlSeconds = "1.5"', 'int'],
  ['etcd.endpoints', 'localhost:2379', 'etcd.endpoints', 'write it as http://host:2379'],
  ['etcd.endpoints', '', 'etcd.endpoints', 'name at least one'],
  ['etcd.endpoints', 'http://a:1,https://b:1', 'etcd.endpoints', 'all http or all https'],
  ['etcd.cert', '/tls.crt', 'etcd.cert = "/tls.crt"', 'etcd.cert and etcd.key belong together'],
  ['etcd.key', '/tls.key', 'etcd.cert = nothing', 'etcd.cert and etcd.key belong together'],
  ['etcd.secret', 'client', 'etcd.secret = "client"', 'write it as namespace/name'],
  ['etcd.caSecret', 'a/ca', 'etcd.caSecret = "a/ca"', 'set etcd.secret too'],
  ['etcd.timeoutMs', '10', 'etcd.timeoutMs = "10"', '>=100'],
  ['targets.default', 'a.example,b.example', 'targets.default', 'a CNAME has one target'],
  ['targets.default', '10.0.0.256', 'targets.default', 'IP address'],
  ['guard.share', '50', 'guard.share = "50"', '<=1'],
  ['http.port', '65536', 'http.port = "65536"', '<=65535'],
  ['http.port', '-1', 'http.port = "-1"', '>=0'],
  ['http.port', '', 'http.port = ""', 'number'],
  ['http.port', ' ', 'http.port = " "', 'number'],
  ['reconcile.schedule', 'often', 'reconcile.schedule = "often"', 'no cron expression'],
  ['log.level', 'loud', 'log.level = "loud"', 'debug', 'silent'],
  ['kubeconfig', '', 'kubeconfig = ""'],
]

const errors = suite('an error in the configuration')
for (const [key, value, ...words] of wrong) {
  errors(`names key, value and remedy: --${key} "${value}"`, () => {
    const said = thrownBy(() => load({ flags: { [key]: value } }))
    assert.match(said, /^GiveUp: /)
    for (const word of [key, ...words]) assert.ok(said.includes(word), `«${word}» not in: ${said}`)
  })
}

const wrongFiles: readonly (readonly [what: string, yaml: string, ...words: string[]])[] = [
  ['a key that is none', 'zones: [a.local]', 'zones = ["a.local"]', 'no such setting', '--help'],
  ['a key that is none in its group', 'dns: { zone: a.local }', 'dns.zone = "a.local"', 'no such'],
  ['a key of JavaScript', 'constructor: 1', 'constructor', 'no such setting'],
  ['a group that is a text', 'dns: cluster.local', 'dns = "cluster.local"', 'object'],
  ['a number where a text is asked for', 'instance: 5', 'instance = 5', 'string'],
  ['nothing where a number is asked for', 'http: { port: null }', 'http.port = null', 'number'],
  ['yes where a number is asked for', 'http: { port: true }', 'http.port = true', 'number'],
  ['a list where a number is asked for', 'http: { port: [] }', 'http.port = []', 'number'],
  [
    'a key that is none in an inner group',
    'policy: { targets: { block: x } }',
    'policy.targets.block',
  ],
  ['an inner group that is a text', 'policy: { targets: all }', 'policy.targets = "all"', 'object'],
  ['rules that are no list', 'policy: { rules: { action: deny } }', 'policy.rules = {', 'array'],
  ['a rule that is a text', 'policy: { rules: [deny] }', 'policy.rules, rule 1 = "deny"', 'object'],
  [
    'a rule without action',
    'policy: { rules: [{ action: deny }, { hosts: [a.local] }] }',
    'policy.rules, rule 2, action = nothing',
    '"allow"|"deny"',
  ],
  [
    'a key that is none in a rule',
    'policy: { rules: [{ action: deny, host: a.local }] }',
    'policy.rules, rule 1, host = "a.local"',
    'no such setting',
  ],
  [
    'a pattern that is none in a rule',
    'policy: { rules: [{ action: deny, hosts: [a.local, "*.B.local"] }] }',
    'policy.rules, rule 1, hosts = ["a.local","*.B.local"]',
    'lower case: *.b.local',
  ],
  [
    'a rule for no namespace',
    'policy: { rules: [{ action: deny, namespaces: [] }] }',
    'policy.rules, rule 1, namespaces = []',
    'name at least one',
  ],
  ['a list', '- a\n- b', '.yaml', 'settings by name'],
  ['a text', 'hello', '.yaml', 'settings by name'],
  ['no YAML', 'a: [', '.yaml'],
]
for (const [what, text, ...words] of wrongFiles) {
  errors(`is seen in a file: ${what}`, () => {
    const said = thrownBy(() => load({ yaml: text }))
    assert.match(said, /^GiveUp: /)
    for (const word of words) assert.ok(said.includes(word), `«${word}» not in: ${said}`)
  })
}

errors('is seen in a variable', () => {
  const said = thrownBy(() => load({ env: { K2S_DNS_DNS_ZONES: 'X.local' } }))
  assert.is(
    said,
    'GiveUp: dns.zones = "X.local": it must be lower case without trailing dot: write x.local',
  )
})

errors('is a file that is not there', () => {
  const missing = path.join(folder, 'missing.yaml')
  try {
    loadConfig({ flags: { config: missing }, env: {} })
    assert.unreachable('it was loaded')
  } catch (error) {
    assert.instance(error, GiveUp)
    assert.match(String(error), `configuration file ${missing}: ENOENT`)
  }
})

errors('says that a client certificate needs the CA of etcd', () => {
  const flags = { 'etcd.cert': '/tls.crt', 'etcd.key': '/tls.key' }
  assert.match(
    thrownBy(() => load({ flags })),
    'etcd.cert = "/tls.crt": set etcd.ca too',
  )
})

errors('says that etcd’s credentials lie in files or in Secrets', () => {
  const flags = { 'etcd.ca': '/ca.crt', 'etcd.secret': 'apps/etcd-client' }
  assert.match(
    thrownBy(() => load({ flags })),
    'etcd.secret = "apps/etcd-client": set files (etcd.ca, etcd.cert, etcd.key) or Secrets',
  )
})

const secret = 's3cr3t'
const secrets: readonly (readonly [what: string, given: Given])[] = [
  ['a password that is a number', { yaml: `etcd: { password: [${secret}] }` }],
  ['a password beside a mistake', { yaml: `etcd: { password: ${secret}, pasword: x }` }],
  ['a password in a group that is a list', { yaml: `etcd: [{ password: ${secret} }]` }],
  ['a password at the wrong place', { yaml: `dns: { etcd: { password: ${secret} } }` }],
  ['a password by itself', { yaml: `password: ${secret}` }],
  ['a password in a URL', { flags: { 'etcd.endpoints': `ftp://root:${secret}@etcd:2379` } }],
]
for (const [what, given] of secrets) {
  errors(`does not show ${what}`, () => {
    const said = thrownBy(() => load(given))
    assert.match(said, /^GiveUp: (etcd|dns|password)/)
    assert.not(said.includes(secret), said)
  })
}

reading.run()
errors.run()
