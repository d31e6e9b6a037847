import { stringEscapes } from '../../go-escapes.ts'

const secondsOf: Readonly<Record<string, number>> = {
  y: 365 * 86_400,
  w: 7 * 86_400,
  d: 86_400,
  h: 3600,
  m: 60,
  s: 1,
  ms: 0.001,
}

/**
 * The value of an unsigned number literal: decimal, hexadecimal, octal with a leading 0, underscores between digits, `inf` and `nan` in any case, and durations
 * such as `1m30s` as seconds (Prometheus v3.5.0, promql/parser: number, and model.ParseDuration).
 * @returns undefined when the text is none of these
 */
export function numberOf(text: string): number | undefined {
  const word = text.toLowerCase()
  if (word === 'inf') return Number.POSITIVE_INFINITY
  if (word === 'nan') return Number.NaN
  const digits = text.replaceAll('_', '')
  if (/^0[0-7]+$/.test(digits)) return Number.parseInt(digits, 8)
  if (/^(0x[0-9a-f]+|(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i.test(digits)) return Number(digits)
  const duration = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text)
  if (duration === null || text === '') return undefined
  return ['y', 'w', 'd', 'h', 'm', 's', 'ms'].reduce(
    (seconds, unit, i) => seconds + Number(duration[i + 1] ?? 0) * secondsOf[unit]!,
    0,
  )
}

/**
 * The value of a string literal in double, single or back quotes, with Go's escapes; back quotes take everything as it stands.
 * @returns undefined for an unterminated literal, an unknown escape, or a byte escape outside ASCII
 */
export function unquote(literal: string): string | undefined {
  const quote = literal[0]!
  if (literal.length < 2 || literal.at(-1) !== quote) return undefined
  const body = literal.slice(1, -1)
  if (quote === '`') return body
  let out = ''
  for (let at = 0; at < body.length; ) {
    if (body[at] !== '\\') {
      out += body[at++]
      continue
    }
    const next = body[at + 1] ?? ''
    const plain = next === quote ? quote : stringEscapes[next]
    if (plain !== undefined) {
      out += plain
      at += 2
      continue
    }
    const code = /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3}))/.exec(body.slice(at))
    if (code === null) return undefined
    const [sequence, byte, short, long, octal] = code
    const point = octal === undefined ? Number.parseInt((byte ?? short ?? long)!, 16) : Number.parseInt(octal, 8)
    const isByte = byte !== undefined || octal !== undefined
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000) || (isByte && point > 0x7f)) return undefined
    out += String.fromCodePoint(point)
    at += sequence.length
  }
  return out
}
