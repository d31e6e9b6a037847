// XML 1.0 allows no other control characters, not even escaped, and no lone surrogates or non-characters.
const forbidden = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu
const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text for the content of an element of XML or HTML; what XML cannot hold becomes U+FFFD. */
export function escapeText(text: string): string {
  return text.replace(forbidden, '\u{FFFD}').replace(/[&<>"']/g, character => named[character]!)
}

/** Text for a quoted attribute, where a parser would make white space of line breaks and tabs. */
export function escapeAttribute(text: string): string {
  return escapeText(text).replace(/[\t\n\r]/g, character => `&#${character.charCodeAt(0)};`)
}
