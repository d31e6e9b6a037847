import { createHash } from 'node:crypto'
import type { Comparison } from '../harness/judge/comparison.ts'
import type { Summary } from '../harness/judge/summary.ts'
import { type Complaint, complaintRules, complaintsOf, type Places, placeOf } from './complaints.ts'

/** GitHub shows this many results of a run (docs.github.com, SARIF support for code scanning); errors come first. */
const resultsMax = 5000
/** And takes this many rules. */
const rulesMax = 25_000
/** Characters of a description that it takes. */
const textMax = 1024

/** What a run complains of as SARIF 2.1.0 (OASIS): a rule for each criterion and each measure that decides against a baseline. */
export function renderSarif(summary: Summary, comparison: Comparison | undefined, places: Places): string {
  const { version, suite, backend, seed, logDigest, verdict } = summary
  const rules = complaintRules(summary, comparison).slice(0, rulesMax)
  const indexOf = new Map(rules.map(({ id }, i) => [id, i]))
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'carmine',
            semanticVersion: version,
            rules: rules.map(({ id, name, description }) => ({
              id,
              shortDescription: { text: cut(name) },
              fullDescription: { text: cut(description) },
              help: { text: cut(description) },
              defaultConfiguration: { level: 'error' },
            })),
          },
        },
        // Of two uploads with one id the later replaces the earlier.
        automationDetails: { id: `carmine/${suite}/` },
        originalUriBaseIds: { [root]: { description: { text: 'The root of the repository.' } } },
        columnKind: 'utf16CodeUnits',
        properties: { suite, backend, seed, logDigest, verdict, comparison: comparison?.verdict ?? null },
        results: complaintsOf(summary, comparison)
          .filter(({ rule }) => indexOf.has(rule.id))
          .slice(0, resultsMax)
          .map(complaint => result(complaint, indexOf.get(complaint.rule.id)!, places)),
      },
    ],
  }
  return `${JSON.stringify(log, null, 1)}\n`
}

const root = '%SRCROOT%'

function result(complaint: Complaint, ruleIndex: number, places: Places) {
  const { rule, severity, message, policy, criterion } = complaint
  const place = placeOf(complaint, places)
  return {
    ruleId: rule.id,
    ruleIndex,
    level: severity,
    message: { text: message },
    ...(place === undefined
      ? {}
      : {
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uriOf(place.file), uriBaseId: root },
                region: { startLine: place.line },
              },
            },
          ],
        }),
    // The same complaint in the next run, whatever its figures.
    partialFingerprints: { 'carmine/v1': sha256([rule.id, policy, criterion ?? ''].join('\n')) },
  }
}

/** A path as a relative reference (RFC 3986). */
function uriOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/')
}

function cut(text: string): string {
  return text.length > textMax ? `${text.slice(0, textMax - 1)}…` : text
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
