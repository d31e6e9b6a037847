/** The characters that a letter after a backslash stands for in Go's strings and regular expressions alike. */
export const controlEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** The same in strings (Go's specification, Rune literals), quotes left out. */
export const stringEscapes: Readonly<Record<string, string>> = { ...controlEscapes, b: '\b', '\\': '\\' }
