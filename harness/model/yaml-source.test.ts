import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatProblem } from './problem.ts'
import { positionOf, readDocument, readDocuments } from './yaml-source.ts'

const read = (text: string | Uint8Array) => readDocuments('f.yaml', text)
const problems = (text: string | Uint8Array) => read(text).problems.map(formatProblem)

describe('reading', () => {
  test('gives every document of a file with its value and leaves empty ones out', () => {
    const { documents, problems } = read('# head\n---\na: 1\n---\n---\nb: [x, y]\n')
    expect(problems).toEqual([])
    expect(documents.map(document => document.value)).toEqual([{ a: 1 }, { b: ['x', 'y'] }])
  })

  test('takes JSON with tabs, a byte order mark, anchors and merge keys', () => {
    expect(read('\uFEFF{"a":\n\t[1,\n\t\t2]}').documents[0]!.value).toEqual({ a: [1, 2] })
    expect(read(new TextEncoder().encode('\uFEFFa: é')).documents[0]!.value).toEqual({ a: 'é' })
    expect(read('x: &x {a: 1}\ny: {<<: *x, b: 2}\n').documents[0]!.value).toEqual({ x: { a: 1 }, y: { a: 1, b: 2 } })
  })

  test('keeps a key named __proto__ as data', () => {
    const value = read('__proto__: {polluted: true}').documents[0]!.value as object
    expect(Object.keys(value)).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  test.each([
    ['a tab as indentation', 'a:\n\tb: 1\n', /^f.yaml:2:1: error: a tab/],
    [
      'a key that stands twice',
      'a: 1\nb:\n  c: 1\n  c: 2\n',
      'f.yaml:4:3: error: the key `c` stands twice in this map',
    ],
    ['an open quote', 'a: "x\n', /^f.yaml:2:1: error: missing closing/],
    ['an alias without an anchor', 'a: *b\n', 'f.yaml:1:4: error: no anchor &b before this alias'],
    ['an alias inside its own anchor', 'a: &a\n  - *a\n', 'f.yaml:2:5: error: the alias *a contains itself'],
    ['a tag that nobody knows', 'a: !foo 3\n', 'f.yaml:1:4: error: unresolved tag: !foo'],
    ['a merge of what is no map', 'a: &a 1\nb: {<<: *a}\n', /^f.yaml:2:5: error: the merge key/],
    ['a list as a key', '? [a]\n: b\n', 'f.yaml:1:3: error: a key that is not text'],
    ['an empty file', '', 'f.yaml:1:1: error: the file holds no document'],
    ['a file of comments', '# a\n---\n# b\n', 'f.yaml:1:1: error: the file holds no document'],
    ['a control character', 'a: x\nb: \u0000', 'f.yaml:2:4: error: a control character: this is not a text file'],
    ['a large file', 'a'.repeat(2 ** 20 + 1), 'f.yaml:1:1: error: the file is larger than 1024 KiB'],
  ])('refuses %s', (_, text, expected) => {
    expect(problems(text)).toEqual([expected instanceof RegExp ? expect.stringMatching(expected) : expected])
  })

  test('refuses bytes that are not UTF-8, where they stand', () => {
    expect(problems(Uint8Array.from([0x61, 0x3a, 0x0a, 0x20, 0xff]))).toEqual([
      'f.yaml:2:2: error: the file is not UTF-8 text',
    ])
  })

  test('one broken document does not hide another', () => {
    const { documents, problems } = read('a: 1\n---\nb: *c\n---\nd: 1\n')
    expect(documents.map(document => document.value)).toEqual([{ a: 1 }, { d: 1 }])
    expect(problems).toHaveLength(1)
  })

  test('several documents where one is expected are a problem at the second', () => {
    expect(readDocument('f.yaml', 'a: 1\n').document!.value).toEqual({ a: 1 })
    const { document, problems } = readDocument('f.yaml', 'a: 1\n---\nb: 2\n')
    expect(document).toBeUndefined()
    expect(problems.map(formatProblem)).toEqual([
      'f.yaml:3:1: error: one document is expected here, and this file holds several',
    ])
  })
})

describe('hostile input is refused quickly', () => {
  const laughs = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let i = 1; i < 10; i++)
    laughs.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    )

  test.each([
    ['aliases of aliases', laughs.join('\n'), /more than 200000 values/],
    ['many aliases', `a: &a 1\nb: [${Array(5000).fill('*a').join(', ')}]`, /more than 1000 aliases/],
    ['many keys that stand twice', Array(20_000).fill('a: 1').join('\n'), /stands twice/],
    ['nesting', `${'['.repeat(150)}${']'.repeat(150)}`, /nested more than 100/],
    ['nesting without end', '['.repeat(100_000), /nested too deeply/],
  ])('%s', (_, text, expected) => {
    const { documents, problems } = read(text)
    expect(documents).toEqual([])
    expect(problems[0]!.message).toMatch(expected)
  })
})

describe('positions', () => {
  const [document] = read(
    'a: 1\nlist:\n  - x\n  - name: y\n    empty:\nbase: &b {k: v}\nuse: {<<: *b}\nref: *b\n',
  ).documents

  test.each([
    [[], 'value', 1, 1],
    [['a'], 'key', 1, 1],
    [['a'], 'value', 1, 4],
    [['list', 0], 'value', 3, 5],
    [['list', 1, 'name'], 'value', 4, 11],
    [['list', 1, 'empty'], 'value', 5, 5],
    [['list', 1, 'absent'], 'value', 4, 5],
    [['list', 'absent'], 'key', 2, 1],
    [['absent', 'deeper'], 'value', 1, 1],
    [['use', 'k'], 'value', 6, 14],
    [['ref', 'k'], 'key', 6, 11],
  ] as const)('of %j (%s)', (path, at, line, column) => {
    expect(positionOf(document!, path, at)).toEqual({ line, column })
  })

  test.each([
    ['plain', 'q: sum(x)', 4, 1, 8],
    ['single quotes with a doubled one', "q: 'it''s X'", 5, 1, 11],
    ['double quotes with escapes', 'q: "\\u0041\\n\\"X"', 3, 1, 15],
    ['literal block', 'q: |\n  sum(\n    X\n  )', 7, 3, 5],
    ['literal block with a chomping mark and comment', 'q: |- # c\n    a\n\n    X', 3, 4, 5],
    ['folded block', 'q: >-\n  sum(\n  X\n  )', 5, 3, 3],
    ['plain over two lines', 'q: a\n   X', 2, 2, 4],
    ['the end of a text', 'q: ab', 2, 1, 6],
  ])('inside %s', (_, text, offset, line, column) => {
    const [document] = read(text).documents
    expect(positionOf(document!, ['q'], 'value', offset)).toEqual({ line, column })
  })

  test('inside any block scalar the character found is the character meant', () => {
    const word = fc.stringMatching(/^[a-z(){}"'\\]{1,6}$/)
    const lines = fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(lines, fc.constantFrom('|', '>', '|-', '>-'), fc.nat(), (words, style, pick) => {
        const text = `q: ${style}\n${words.map(line => `    ${line.join(' ')}`).join('\n')}\n`
        const [document] = read(text).documents
        const value = (document!.value as { q: string }).q
        const index = pick % value.length
        if (/\s/.test(value[index]!)) return
        const { line, column } = positionOf(document!, ['q'], 'value', index)
        expect(text.split('\n')[line - 1]![column - 1]).toBe(value[index])
      }),
    )
  })
})

test('no text makes the reader throw', () => {
  const nasty = fc.array(
    fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      '&x ',
      '*x',
      '"',
      "'",
      '|\n',
      '---\n',
      '<<',
      '\t',
      '#',
      '? ',
      ', ',
    ),
  )
  fc.assert(
    fc.property(nasty, parts => {
      for (const document of read(parts.join('')).documents) positionOf(document, ['a', 0, '<<'], 'value', 3)
    }),
    { numRuns: 500 },
  )
})
