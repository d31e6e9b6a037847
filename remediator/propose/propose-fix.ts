import type { Diagnosis, Hypothesis } from '../../harness/model/cause.ts'
import type { Proposal } from '../../harness/model/effect.ts'
import type { AnswerOf, ChangeRecord } from '../../harness/model/tool.ts'
import { describeFix } from './describe-fix.ts'
import { type FixRule, fixRules } from './fix-rules.ts'
import { isProtectedFile, isProtectedKey } from './protected-files.ts'
import { asCode } from './quote.ts'

/** Where flags have their values (one file with a key for each). */
const flagsFile = 'flags.yaml'

/** What a fix is made of: the tools' answers that the diagnosis rests on. */
export interface FixFacts {
  readonly service: string
  readonly changes: readonly ChangeRecord[]
  /** undefined where it is not known. */
  readonly objects: AnswerOf<'objects'> | undefined
  /** Pod template hash of the version that is at fault, and of the one before it. */
  readonly judgedHash: string | null
  readonly stableHash: string
}

type Change = Proposal['changes'][number]

/**
 * The pull request that repairs what the diagnosis names, made by the first rule that fits: keys of one file get the values that they had
 * before the change that is to blame.
 * @returns undefined where no fix is in sight: nothing is named, no change brought it, the change cannot be read whole, touches more
 *   than one file, a protected one or a protected key, or the files hold the fix already
 */
export function proposeFix(diagnosis: Diagnosis, facts: FixFacts): Proposal | undefined {
  const [best] = diagnosis.ranked
  if (diagnosis.verdict === 'inconclusive' || best === undefined || best.change === null) return undefined
  if (best.cause.kind === 'flag') return flagOff(diagnosis, best, facts)
  // A revision of which no commit is known can be put right in the file that declares it, where that is told.
  const offender = facts.changes.find(({ id, kind }) => id === best.change && kind !== 'flag')
  if (offender === undefined || offender.service !== facts.service || !isWhole(offender, facts)) return undefined
  const file = offender.diffs[0]!.file
  for (const rule of fixRules) {
    if (!rule.causes.includes(best.cause.kind)) continue
    const wrong = rule.isWrong === undefined ? offender.diffs : offender.diffs.filter(rule.isWrong)
    if (wrong.length === 0) continue
    const changes = backTo(offender, wrong, facts)
    return changes.length === 0 ? undefined : proposal(diagnosis, best, rule, offender, file, changes)
  }
  return undefined
}

/**
 * Whether all that the change did is known: one plain file, every key once with both its values, and what the cluster has of it agrees.
 */
function isWhole({ diffs }: ChangeRecord, { objects, judgedHash, stableHash }: FixFacts): boolean {
  const [first] = diffs
  if (first === undefined || isProtectedFile(first.file)) return false
  const valuesOf = (hash: string | null) => objects?.revisions.find(one => one.podTemplateHash === hash)?.values
  const [judged, stable] = [valuesOf(judgedHash), valuesOf(stableHash)]
  const agrees = (value: string | undefined, told: string) => value === undefined || value === told
  return diffs.every(
    ({ file, key, fromValue, toValue }, i) =>
      file === first.file &&
      !isProtectedKey(key) &&
      diffs.findIndex(diff => diff.key === key) === i &&
      fromValue !== toValue &&
      fromValue !== '' &&
      agrees(judged?.[key], toValue) &&
      agrees(stable?.[key], fromValue),
  )
}

/** The change without its wrong keys, against what the file holds by now. */
function backTo({ diffs }: ChangeRecord, wrong: readonly Change[], { changes }: FixFacts): Change[] {
  const { file } = diffs[0]!
  const head: Record<string, string> = {}
  for (const change of changes.filter(({ kind }) => kind !== 'flag').toSorted((a, b) => a.atMs - b.atMs))
    for (const diff of change.diffs) if (diff.file === file) head[diff.key] = diff.toValue
  return diffs.flatMap(({ key, fromValue, toValue }) => {
    const wanted = wrong.some(one => one.key === key) ? fromValue : toValue
    const held = head[key] ?? toValue
    return held === wanted ? [] : [{ key, fromValue: held, toValue: wanted }]
  })
}

function flagOff(diagnosis: Diagnosis, best: Hypothesis, { changes }: FixFacts): Proposal | undefined {
  const flag = best.cause.entity
  const switched = changes
    .filter(({ id, kind }) => kind === 'flag' && id === best.change)
    .toSorted((a, b) => b.atMs - a.atMs)[0]
  const diff = switched?.diffs.find(({ key }) => key === flag)
  if (switched === undefined || diff === undefined || isProtectedKey(flag) || diff.fromValue === diff.toValue)
    return undefined
  const rule: FixRule = {
    rule: 'flag-off',
    causes: ['flag'],
    does: `Switch ${asCode(flag)} back`,
    risk: 'What the flag switches on is not to be had until it is switched again. No version is changed.',
  }
  return proposal(diagnosis, best, rule, switched, flagsFile, [
    { key: flag, fromValue: diff.toValue, toValue: diff.fromValue },
  ])
}

function proposal(
  diagnosis: Diagnosis,
  best: Hypothesis,
  rule: FixRule,
  offender: ChangeRecord,
  file: string,
  changes: readonly Change[],
): Proposal {
  return {
    incident: diagnosis.incident,
    rule: rule.rule,
    title: `${rule.does} (${best.cause.kind})`,
    description: describeFix(diagnosis, best, rule, offender, file, changes),
    file,
    changes,
  }
}
