import { type EventType, eventTypes } from '../model/event.ts'
import { eventMeanings } from '../model/event-meanings.ts'
import { eventLine, logVersion } from '../model/trial-log.ts'

/** docs/log.md: every event type of a trial's log with its fields, from the types. */
export function renderLogReference(): string {
  const example = eventLine({ seq: 98, t: 150_000, type: 'page.acknowledged', data: {} })
  const types = Object.keys(eventTypes) as EventType[]
  return `<!-- Made from harness/model/event.ts and event-meanings.ts: npm test -- -u log-reference -->
# The log of a trial

A log is append-only: every event that happened, in order, and nothing that was judged afterwards. The judge reads it and the
scenario's ground truth, nothing else. \`truth.*\` events are for the judge; the engine under test never gets them.

\`<trial>.ndjson\` holds one event a line:

\`\`\`json
${example}\`\`\`

\`v\` is the version of this format (${logVersion}), \`seq\` counts from 0, \`t\` is milliseconds of trial time, \`type\` is one of the
types below, and \`data\` has that type's fields. NaN and the infinities are written as texts.

\`<trial>.frames\` holds the same events as canonical bytes, whose sha256 is the trial's digest. A frame is its length (4 bytes,
little endian), the number of its type (varint, in the order below from 0), \`t\`, and the fields in their order. Integers are
zigzag varints; decimals a 0 and the scaled integer, or 1, 2 or 3 for NaN, Infinity and -Infinity; texts their length in bytes and
UTF-8; true and false 1 and 0; lists their length and items; what may be null a 0, or a 1 and the value.

New types are added at the end, and none is renamed.

${types.map(describeType).join('\n\n')}
`
}

function describeType(type: EventType): string {
  const { about, fields } = eventMeanings[type]
  const meanings = fields as Readonly<Record<string, string>>
  const rows = eventTypes[type].fields.map(([name, codec]) => `| \`${name}\` | ${codec} | ${meanings[name]} |`)
  const table = rows.length === 0 ? ['No fields.'] : ['| field | value | meaning |', '| --- | --- | --- |', ...rows]
  return [`## ${type}`, '', about, '', ...table].join('\n')
}
