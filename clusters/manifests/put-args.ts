/** A text with its arguments put in, which still knows where its characters came from. */
export interface FilledText {
  readonly text: string
  /** Tags that no argument fills, such as `args.hash`, with their place in the source. */
  readonly open: readonly { readonly tag: string; readonly offset: number }[]
  /** Parts of the source that were replaced, in order. */
  readonly replaced: readonly Replacement[]
}

interface Replacement {
  readonly sourceFrom: number
  readonly sourceTo: number
  readonly from: number
  readonly to: number
}

/**
 * Puts arguments into `{{args.name}}` (Argo Rollouts, utils/template/template.go: blanks inside the braces do not count, and a tag that nothing
 * fills becomes empty).
 */
export function putArgs(source: string, values: ReadonlyMap<string, string>): FilledText {
  const open: { tag: string; offset: number }[] = []
  const replaced: Replacement[] = []
  let text = ''
  let done = 0
  for (const match of source.matchAll(/\{\{(.*?)\}\}/gs)) {
    const tag = match[1]!.trim()
    const value = tag.startsWith('args.') ? values.get(tag.slice('args.'.length)) : undefined
    if (value === undefined) open.push({ tag, offset: match.index })
    text += source.slice(done, match.index)
    done = match.index + match[0].length
    replaced.push({
      sourceFrom: match.index,
      sourceTo: done,
      from: text.length,
      to: text.length + (value ?? '').length,
    })
    text += value ?? ''
  }
  return { text: text + source.slice(done), open, replaced }
}

/** Offset in the source of an offset in the filled text; the beginning of the tag for a place inside a value. */
export function sourceOffset({ replaced }: FilledText, offset: number): number {
  const before = replaced.findLast(part => part.from <= offset)
  if (before === undefined) return offset
  return offset < before.to ? before.sourceFrom : before.sourceTo + (offset - before.to)
}
