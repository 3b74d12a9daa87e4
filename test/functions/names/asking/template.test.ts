import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseTemplate } from '../../../../functions/names/asking/template.ts'

const object = {
  kind: 'Ingress',
  namespace: 'shop',
  name: 'web-Front',
  labels: { app: 'Web', 'app.kubernetes.io/name': 'till', marker: '' },
  annotations: { hosts: 'a.local, b.local,', dns: 'x' },
}

const rows: readonly (readonly [template: string, ...hosts: string[]])[] = [
  [''],
  ['a.local', 'a.local'],
  ['{{.Name}}', 'web-Front'],
  ['{{.Name}}.{{ .Namespace }}.local', 'web-Front.shop.local'],
  ['{{ .Kind }}.local', 'Ingress.local'],
  ['{{.Labels.app}}.local', 'Web.local'],
  ['{{ index .Labels "app.kubernetes.io/name" }}.local', 'till.local'],
  ['{{.Annotations.dns}}.local', 'x.local'],
  ['{{index .Annotations "dns"}}.local', 'x.local'],
  ['{{.ObjectMeta.Name}}.{{index .ObjectMeta.Labels "app"}}', 'web-Front.Web'],
  ['{{.Name}}.a, {{.Name}}.b ,', 'web-Front.a', 'web-Front.b'],
  [' {{.Name}}.a\n', 'web-Front.a'],
  ['{{.Annotations.hosts}}', 'a.local', 'b.local'],
  ['{{.Labels.other}}.local, {{.Namespace}}.local', 'shop.local'],
  ['{{.Labels.other | toLower}}.local'],
  ['{{.Annotations.other}}.local'],
  ['{{index .Labels "constructor"}}.local'],
  ['{{.Labels.marker}}.local', '.local'],
  ['{{.Name | toLower}}.local', 'web-front.local'],
  ['{{toLower .Name}}.local', 'web-front.local'],
  ['{{.Name | trimPrefix "web-"}}', 'Front'],
  ['{{trimPrefix .Name "web-"}}', 'Front'],
  ['{{.Name | trimPrefix "x"}}', 'web-Front'],
  ['{{.Name | trimSuffix "-Front"}}', 'web'],
  ['{{trimSuffix .Name "-Front"}}', 'web'],
  ['{{.Name | trimSuffix ""}}', 'web-Front'],
  ['{{.Name | trimSuffix "web"}}', 'web-Front'],
  ['{{" a " | trim}}b', 'ab'],
  ['{{.Name | replace "-" "."}}', 'web.Front'],
  ['{{replace "-" "." .Name}}', 'web.Front'],
  ['{{"a-b-c" | replace "-" "."}}', 'a.b.c'],
  ['{{.Namespace | replace "s" "$&"}}', '$&hop'],
  ['{{.Namespace | replace "s" ""}}', 'hop'],
  ['{{.Namespace | replace "," "."}}', 'shop'],
  ['{{.Name | toLower | trimPrefix "web-" | replace "front" "f|f"}}', 'f|f'],
  ['{{.Name | trimPrefix .Labels.app}}', 'web-Front'],
  ['{{.Name | trimPrefix .Labels.other}}.local'],
  ['{{"text"}}', 'text'],
]

const test = suite('a template')
for (const [text, ...hosts] of rows) {
  test(`${text} is ${hosts.join(' and ') || 'nothing'}`, () => {
    const template = parseTemplate(text)
    assert.equal('hosts' in template && template.hosts(object), hosts)
    assert.is('text' in template && template.text, text)
  })
}

test('finds nothing in an object without labels and annotations', () => {
  const template = parseTemplate('{{.Labels.a}}.b, {{.Annotations.a}}.b, c')
  const bare = { ...object, labels: null, annotations: undefined }
  assert.equal('hosts' in template && template.hosts(bare), ['c'])
})

const wrong = `
{{}}
{{.}}
{{.Spec.Type}}
{{.name}}
{{.Labels}}
{{.Labels.app.kubernetes.io/name}}
{{.Labels.a-b}}
{{if .Name}}a{{end}}
{{range .Status}}a{{end}}
{{- .Name -}}
{{or .Name "a"}}
{{index .Labels}}
{{index .Labels app}}
{{index .Labels "app" "b"}}
{{index .Status "app"}}
{{index (.Labels) "app"}}
{{.Name | }}
{{ | toLower}}
{{.Name | upper}}
{{.Name | constructor}}
{{.Name | .Namespace}}
{{.Name | toLower "a"}}
{{.Name | trimPrefix}}
{{.Name | trimPrefix "a" "b"}}
{{trimPrefix "a"}}
{{.Name | replace "a"}}
{{toLower}}
{{.Name | trimPrefix "a}}
{{.Name | trimPrefix a}}
{{.Name | trimPrefix "\\\\n"}}
{{.Name .Namespace}}
{{.Name
.Name}}
a{{.Name}}}}
{{{.Name}}
`
for (const text of wrong.trim().split('\n')) {
  test(`${text} is none`, () => assert.ok('wrong' in parseTemplate(text)))
}

test('that is wrong says where, and what would be right', () => {
  const { wrong } = { wrong: '', ...parseTemplate('{{.Name}}.{{ .Spec.Type }}.local') }
  assert.match(wrong, /^\{\{ \.Spec\.Type \}\}: known are \.Name, .*index \.Labels "x".*replace$/)
  assert.equal(parseTemplate('a, {{.Name'), {
    wrong: '"a, {{.Name" has a brace without its counterpart',
  })
})
test.run()
