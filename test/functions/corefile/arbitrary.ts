import fc from 'fast-check'

/** Words of Corefiles, whole lines of them, and what is hard to read. */
const pieces = [
  ...[
    '.',
    'a.b',
    'a.b,',
    ':53',
    '{',
    '}',
    '\n',
    '\n ',
    ' ',
    '\t',
    '\r\n',
    '\r',
    '#',
    '#x',
    '"',
    '\\',
    '\\"',
  ],
  ...[
    '(s)',
    'import',
    'import s\n',
    'import x*\n',
    '\ufeff',
    '\u0085',
    '\u3000',
    '""',
    '"{"',
    '"}"',
    ',',
  ],
  ...['log\n', ' {\n', '}\n', '. {\n', '(s) {\n log\n}\n', '"a\nb"', 'a#b c', 'foo{', 'é', '😀'],
]

/** Any text at all, and texts that look like Corefiles. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 16 }).map((each) => each.join('')),
)

const word = fc.constantFrom(
  'cluster.local',
  'in-addr.arpa',
  'b.example',
  '30',
  '/etc/hosts',
  '"a b"',
)
const comment = fc.constantFrom('', '', '', ' # why', '  ', '\t')
const indent = fc.constantFrom('    ', '\t', '', '  ')
const directive = fc
  .record({
    name: fc.constantFrom(
      'errors',
      'log',
      'cache',
      'kubernetes',
      'hosts',
      'forward',
      'etcd',
      'reload',
    ),
    args: fc.array(word, { maxLength: 3 }),
    options: fc.option(
      fc.array(
        fc.constantFrom(
          'fallthrough',
          'fallthrough in-addr.arpa',
          'disable denial',
          'denial 9 1',
          'ttl 5',
        ),
        { maxLength: 3 },
      ),
    ),
    indent,
    comment,
  })
  .map(({ name, args, options, indent: blanks, comment: end }) => {
    const head = `${blanks}${[name, ...args].join(' ')}`
    const lines = options ? [`${head} {${end}`, ...options, `${blanks}}`] : [`${head}${end}`]
    return lines.join('\n')
  })
const block = fc
  .record({
    keys: fc.uniqueArray(
      fc.constantFrom('.:53', '.', 'b.example:53', 'cluster.local:53', 'apps.example:53'),
      {
        minLength: 1,
        maxLength: 2,
      },
    ),
    directives: fc.array(directive, { maxLength: 5 }),
  })
  .map(({ keys, directives }) => [`${keys.join(' ')} {`, ...directives, '}'].join('\n'))

/** Corefiles, most of which can be edited. */
export const corefiles: fc.Arbitrary<string> = fc
  .record({
    blocks: fc.array(block, { minLength: 1, maxLength: 3 }),
    between: fc.constantFrom('\n', '\n\n', '\n# next\n'),
    end: fc.constantFrom('', '\n', '\n\n', '\n# the end', ' # the end\n', '\t'),
    eol: fc.constantFrom('\n', '\n', '\r\n'),
  })
  .map(({ blocks, between, end, eol }) => (blocks.join(between) + end).replaceAll('\n', eol))
