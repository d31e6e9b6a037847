/** A step of a page, in the page's order: what its blocks and the HTML comments before them say. */
export type Step =
  | { readonly type: 'file'; readonly path: string; readonly text: string }
  /** Imports go to the file's beginning; the rest stands for the text up to its first bracket. */
  | { readonly type: 'insertion'; readonly path: string; readonly text: string }
  | {
      readonly type: 'command'
      readonly command: string
      /** What is shown of the output; `…` stands for anything. */
      readonly shown: readonly string[]
      /** Exit codes that the page speaks of. */
      readonly exitCodes: readonly number[]
      /** Options that keep a `run` or a `compare` short where it is tested. */
      readonly added: string
      /** Why it is not run. */
      readonly notRun: string | undefined
    }

/**
 * Reads a page in Markdown. Commands are the lines with `$ ` in `console` blocks, what they print is below them. A comment before a block:
 * `file: PATH` writes the block there, `insert into: PATH` puts it into that file, `not run: REASON` leaves its commands to be read only;
 * `with: OPTIONS` adds options to its runs, and `exit: 0 2` says which exit codes are right instead of 0.
 */
export function stepsOf(markdown: string): Step[] {
  const blocks = markdown.matchAll(/(?:^<!-- ([^\n]*) -->\n\n)?^```(\w*)\n([\s\S]*?)^```$/gm)
  return [...blocks].flatMap(([, comment = '', language, text = '']): Step[] => {
    const [, place, path] = /^(file|insert into): (.*)$/.exec(comment) ?? []
    if (path !== undefined) return [{ type: place === 'file' ? 'file' : 'insertion', path, text }]
    return language === 'console' ? commandsOf(text, comment) : []
  })
}

function commandsOf(text: string, comment: string): Step[] {
  const [, codes = '0'] = /exit: ([\d ]+)/.exec(comment) ?? []
  const [, added = ''] = /with: (.*?)(?: exit: .*)?$/.exec(comment) ?? []
  const [, notRun] = /not run: (.*)/.exec(comment) ?? []
  const exitCodes = codes.trim().split(' ').map(Number)
  return text
    .split(/^\$ /m)
    .slice(1)
    .map(part => {
      const [command = '', ...output] = part.trimEnd().split('\n')
      return { type: 'command', command, shown: output, exitCodes, added, notRun }
    })
}

/** @returns the first shown line that the output does not have, in this order; spaces count as one. */
export function missingLine(shown: readonly string[], output: string): string | undefined {
  const lines = output.split('\n').map(plain)
  let next = 0
  return shown.find(line => {
    if (line.trim() === '…') return false
    const wanted = new RegExp(`^${plain(line).split('…').map(escaped).join('.*')}$`)
    const at = lines.findIndex((one, i) => i >= next && wanted.test(one))
    next = at + 1
    return at === -1
  })
}

/** A file with an insertion in it. @throws Error where it does not have the place. */
export function inserted(source: string, text: string): string {
  const lines = text.trimEnd().split('\n')
  const imports = lines.filter(line => line.startsWith('import '))
  const rest = lines.slice(imports.length).join('\n')
  const place = rest.slice(0, rest.indexOf('[') + 1)
  if (place === '' || !source.includes(place)) throw new Error(`there is no \`${place}\``)
  return [...imports, source.replace(place, () => rest)].join('\n')
}

function plain(line: string): string {
  return line.replaceAll(/\s+/g, ' ').trim()
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
