/** `edited`, `served` as it is, or what the reason of the refusal says. */
type Expected = string

/**
 * What becomes of each fixture when it is to serve `cluster.local`, and `apps.example`; `coredns-custom` is
 * there and empty.
 */
export const cases: Readonly<Record<string, readonly [cluster: Expected, own: Expected]>> = {
  aks: ['the platform keeps this Corefile', 'edited'],
  'blank-lines': ['edited', 'edited'],
  'brace-below': ['edited', 'edited'],
  'brace-too-many': ['has no braces', 'has no braces'],
  'carriage-returns': ['edited', 'edited'],
  'comments-everywhere': ['edited', 'edited'],
  'comments-only': ['there is no server block', 'there is no server block'],
  deep: ['edited', 'edited'],
  digitalocean: ['the platform keeps this Corefile', 'edited'],
  eks: ['edited', 'edited'],
  empty: ['there is no server block', 'there is no server block'],
  'etcd-all-in-root': ['edited', 'edited'],
  'etcd-in-root': [
    'the etcd stanza at line 12 is not for cluster.local, and CoreDNS reads no second one',
    'edited',
  ],
  'etcd-own-zone': ['edited', 'served'],
  'federation-dead': ['edited', 'edited'],
  'first-line': ['edited', 'edited'],
  gardener: ['the platform keeps this Corefile', 'edited'],
  'gke-own-coredns': ['edited', 'edited'],
  'import-in-a-block': [
    'line 13 imports /etc/coredns/extra/*',
    'line 13 imports /etc/coredns/extra/*',
  ],
  'import-missing': [
    'line 21 imports /etc/coredns/more.conf',
    'line 21 imports /etc/coredns/more.conf',
  ],
  'import-of-a-file': [
    'line 21 imports /etc/coredns/zones/*.conf',
    'line 21 imports /etc/coredns/zones/*.conf',
  ],
  'k2s-1.8': ['edited', 'edited'],
  'k2s-2.0': ['served', 'edited'],
  'k2s-etcd-lost': ['edited', 'edited'],
  'k2s-kubeadm-upgraded': ['edited', 'edited'],
  'k2s-linux-host': ['edited', 'edited'],
  'k2s-other-path': ['the etcd stanza at line 12 reads /records, not /skydns', 'edited'],
  'k2s-registry': ['edited', 'edited'],
  k3s: ['the platform keeps this Corefile', 'edited'],
  'k3s-1.24': ['the platform keeps this Corefile', 'edited'],
  kops: ['edited', 'edited'],
  'kubeadm-1.12': ['edited', 'edited'],
  'kubeadm-1.14': ['edited', 'edited'],
  'kubeadm-1.17': ['edited', 'edited'],
  'kubeadm-1.28': ['edited', 'edited'],
  'kubeadm-1.36': ['edited', 'edited'],
  'kubeadm-bom': ['edited', 'edited'],
  'kubeadm-crlf': ['edited', 'edited'],
  'kubeadm-crlf-no-last-newline': ['edited', 'edited'],
  'kubeadm-custom-domain': ['edited', 'edited'],
  'kubeadm-denial-of-others': ['edited', 'edited'],
  'kubeadm-hosts': [
    'edited',
    'a server block for apps.example would hide the line for build.apps.example in the hosts block of the server block `.:53` (line 1)',
  ],
  'kubeadm-hosts-ends-here': [
    'hosts (line 13) answers for cluster.local before etcd does: give it `fallthrough`',
    'edited',
  ],
  'kubeadm-log-rewrite': ['edited', 'edited'],
  'kubeadm-no-last-newline': ['edited', 'edited'],
  'kubeadm-short-denial': ['edited', 'edited'],
  'kubeadm-stub-domains': ['edited', 'edited'],
  'kubeadm-tabs': ['edited', 'edited'],
  'kubeadm-trailing-blanks': ['edited', 'edited'],
  'kubernetes-all-zones': ['edited', 'edited'],
  'kubernetes-brace-swallowed': [
    'kubernetes (line 2) is written in an unusual way: one option a line',
    'edited',
  ],
  'kubernetes-on-the-block-line': [
    'line 1 has more than one statement on it: write each on its own',
    'edited',
  ],
  microk8s: ['edited', 'edited'],
  minikube: ['edited', 'edited'],
  'mixed-line-ends': ['edited', 'edited'],
  'no-braces': ['has no braces', 'has no braces'],
  'no-braces-key-only': ['has no braces', 'has no braces'],
  'no-kubernetes': ['edited', 'edited'],
  'no-port': ['edited', 'edited'],
  'node-local': [
    'the server block `cluster.local:53` (line 1) serves cluster.local already, without etcd: add a stanza there',
    "the server block `cluster.local:53` (line 1) is bound to an address, where a block for apps.example isn't asked",
  ],
  'node-local-template': [
    'the server block `cluster.local:53` (line 1) serves cluster.local already, without etcd: add a stanza there',
    "the server block `cluster.local:53` (line 1) is bound to an address, where a block for apps.example isn't asked",
  ],
  'one-line': [
    'Corefile:1: a closing brace that opened nowhere',
    'Corefile:1: a closing brace that opened nowhere',
  ],
  openshift: ['edited', 'edited'],
  'other-cluster-domain-block': ['edited', 'edited'],
  'quote-open': [
    'a quotation mark is never closed: CoreDNS reads to the end',
    'a quotation mark is never closed: CoreDNS reads to the end',
  ],
  quoted: ['edited', 'edited'],
  'reverse-cidr': ['edited', 'edited'],
  rke2: ['edited', 'edited'],
  'snippet-in-kubernetes': [
    'kubernetes (line 6) comes from an import, which others may share',
    'edited',
  ],
  'snippet-with-kubernetes': [
    'kubernetes (line 2) comes from an import, which others may share',
    'edited',
  ],
  snippets: ['edited', 'edited'],
  'split-blocks': ['edited', 'edited'],
  'template-ends-here': [
    'template (line 13) answers for cluster.local before etcd does: give it `fallthrough`',
    'edited',
  ],
  'template-for-all': ['edited', 'edited'],
  transports: ['edited', 'edited'],
  twice: [
    'dns://.:53 is served by the server block `.:53` (line 1) and by the server block `.:53` (line 21)',
    'dns://.:53 is served by the server block `.:53` (line 1) and by the server block `.:53` (line 21)',
  ],
  'twice-by-case': [
    'dns://corp.example:53 is served by the server block `Corp.Example:53` (line 21) and by the server block `corp.example.:53` (line 24)',
    'dns://corp.example:53 is served by the server block `Corp.Example:53` (line 21) and by the server block `corp.example.:53` (line 24)',
  ],
  'two-ports': ['the cluster may ask at port 53 or 1053', 'the cluster may ask at port 53 or 1053'],
  unclosed: [
    'Corefile:19: a server block is not closed',
    'Corefile:19: a server block is not closed',
  ],
  'unclosed-by-one': ['lacks its closing brace', 'lacks its closing brace'],
  unicode: ['edited', 'edited'],
  'unknown-plugin': ['edited', 'edited'],
  'variable-elsewhere': ['edited', 'edited'],
  'variable-of-kubernetes': [
    'line 2: what is served there comes from the environment',
    'line 2: what is served there comes from the environment',
  ],
  variables: [
    'the server block `{$ZONE}:53` (line 1) has a zone from the environment, which may be any: write it out',
    'the server block `{$ZONE}:53` (line 1) has a zone from the environment, which may be any: write it out',
  ],
  view: [
    'edited',
    'the server block `apps.example:53` (line 21) answers for apps.example to some only (view, bind)',
  ],
  'zone-below-taken': ['edited', 'edited'],
  'zone-forwarded': [
    'edited',
    'a server block for apps.example would hide template for gone.apps.example of the server block `.:53` (line 1)',
  ],
  'zone-taken': [
    'edited',
    'the server block `apps.example:53` (line 21) serves apps.example already, without etcd: add a stanza there',
  ],
}

/** Those with which CoreDNS 1.14.7 does not start, and what it says. */
export const dead: Readonly<Record<string, RegExp>> = {
  'brace-below': /plugin\/cache: this plugin can only be used once/,
  'federation-dead': /Unknown directive 'federation'/,
  'import-missing': /File to import not found/,
  'kubernetes-brace-swallowed': /plugin\/kubernetes/,
  'kubeadm-1.12': /Unknown directive 'proxy'/,
  'kubeadm-1.14': /unknown property 'upstream'/,
  'one-line': /no matching opening brace/,
  twice: /already defined/,
  'twice-by-case': /already defined/,
  unclosed: /Unexpected token 'loadbalance'/,
  'unknown-plugin': /Unknown directive 'fanout'/,
}
