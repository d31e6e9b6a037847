import { readFileSync } from 'node:fs'
import { styleText } from 'node:util'
import { InvalidInput, nearest, type Problem } from '../../model/problem.ts'
import { readDocument } from '../../model/yaml-source.ts'
import { renderColumns, wrapText } from '../columns.ts'
import type { CommandContext } from '../context.ts'
import {
  type Description,
  describePolicy,
  describePromotion,
  describeScenario,
  describeSuite,
  type ShownKind,
  shownKinds,
} from '../describe-document.ts'
import { describeTopology } from '../describe-topology.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { loadDocument, optionMention, shippedNames } from '../load/documents.ts'
import { readInput } from '../load/read-input.ts'
import { isLogPath, readLog, scenarioOfLog } from '../load/read-log.ts'
import { afterShow } from '../next-steps.ts'
import { writeLog } from '../show-log.ts'
import { showParameters } from '../show-parameters.ts'
import { isRunFolder, logOfRun, showRun } from '../show-run.ts'
import { UsageError } from '../usage-error.ts'

export interface ShowOptions {
  readonly scenario?: string | undefined
  readonly output?: 'yaml' | 'json' | undefined
}

const kinds = Object.keys(shownKinds) as ShownKind[]

/** Shows a document in people's words, parameters as a table, or a trial's log as a timeline. */
export async function show(
  what: string,
  name: string | undefined,
  { scenario, output }: ShowOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const color = context.stdoutColor
  const json = output === 'json'
  const path = name ?? what
  const isRun = isRunFolder(what)
  if (isRun && name === undefined) {
    showRun(what, { json }, context)
    return exitCodes.pass
  }
  if (isRun || isLogPath(path)) {
    const { events, spec } = isRun ? logOfRun(what, path) : logOfFile(path, scenario)
    writeLog(events, spec, json ? 'json' : 'timeline', context)
    return exitCodes.pass
  }
  if (what === 'parameters' || (name === undefined && kindNameOf(what) === 'Parameters')) {
    const file = what === 'parameters' ? name : what
    if (json) context.writeResult(showParameters(file, { json, columns: context.columns }))
    else context.writeText(showParameters(file, { json, columns: context.columns }))
    return exitCodes.pass
  }
  const kind = name === undefined ? kindOf(what) : kinds.find(one => one === what || shownKinds[one].plural === what)
  if (kind === undefined) throw new UsageError(`there is no kind \`${what}\` to show; there are ${kinds.join(', ')}`)
  const { document, title, description, lines, level } = described(kind, path)
  const file = document.file
  if (json) context.writeResult(`${JSON.stringify({ file, document: document.value }, null, 1)}\n`)
  else if (output === 'yaml') context.writeResult(readFileSync(file, 'utf8'))
  else {
    const bold = color ? styleText('bold', title, { validateStream: false }) : title
    const about = description === '' ? '' : `${wrapText(description, context.columns).join('\n')}\n`
    context.writeText(`${bold}\n${about}\n${pairs([...lines, ['file', file]], context.columns)}`)
    context.suggest(afterShow(kind, path, level))
  }
  return exitCodes.pass
}

function logOfFile(path: string, scenario: string | undefined) {
  const events = readLog(path)
  return { events, spec: scenarioOfLog(path, events[0], scenario) }
}

function described(kind: ShownKind, word: string) {
  const problems: Problem[] = []
  const mention = optionMention(`show ${kind}`, word)
  const result = (() => {
    switch (kind) {
      case 'scenario': {
        const loaded = loadDocument('catalogue', mention, shownKinds.scenario.schema, problems)
        return loaded && { ...loaded, lines: describeScenario(loaded.value.spec) }
      }
      case 'policy': {
        const loaded = loadDocument('policies', mention, shownKinds.policy.schema, problems)
        return loaded && { ...loaded, lines: describePolicy(loaded.value.spec, loaded.document) }
      }
      case 'suite': {
        const loaded = loadDocument('suites', mention, shownKinds.suite.schema, problems)
        return loaded && { ...loaded, lines: describeSuite(loaded.value.spec) }
      }
      case 'promotion': {
        const loaded = loadDocument('promotion', mention, shownKinds.promotion.schema, problems)
        return loaded && { ...loaded, lines: describePromotion(loaded.value.spec), level: loaded.value.spec.level }
      }
      case 'topology': {
        const loaded = loadDocument('topology', mention, shownKinds.topology.schema, problems)
        return loaded && { ...loaded, lines: describeTopology(loaded.value.spec) }
      }
    }
  })()
  if (result === undefined) throw new InvalidInput(problems)
  const { name, value, document, lines } = result
  const { spec } = value
  const level = 'level' in result ? result.level : undefined
  return {
    document,
    title: `${kind} ${name}`,
    description: 'description' in spec ? spec.description : '',
    lines,
    level,
  }
}

/** The kind of a file by what it says, or of a shipped name by where it stands. */
function kindOf(word: string): ShownKind {
  if (/[/\\.]/.test(word)) return kindOfFile(word)
  const found = kinds.filter(kind => shippedNames(shownKinds[kind].folder).includes(word))
  if (found.length === 1) return found[0]!
  if (found.length > 1)
    throw new UsageError(`\`${word}\` is a ${found.join(' and a ')}; say which: carmine show ${found[0]} ${word}`)
  if (kinds.includes(word as ShownKind)) throw new UsageError(`name one, as in: carmine show ${word} NAME`)
  const near = nearest(
    word,
    kinds.flatMap(kind => shippedNames(shownKinds[kind].folder)),
  )
  const hint = near === undefined ? 'see `carmine list`' : `did you mean \`${near}\`?`
  throw new InvalidInput([
    optionMention('show', word).complain(
      `there is no scenario, policy, suite, promotion or topology \`${word}\``,
      hint,
    ),
  ])
}

/** The `kind` that stands in a file; undefined for the name of something shipped. */
function kindNameOf(word: string): unknown {
  if (!/[/\\.]/.test(word)) return undefined
  const problems: Problem[] = []
  const bytes = readInput(word, problems)
  if (bytes === undefined) throw new InvalidInput(problems)
  const { document, problems: syntax } = readDocument(word, bytes)
  if (document === undefined) throw new InvalidInput(syntax)
  return ((document.value ?? {}) as { kind?: unknown }).kind
}

function kindOfFile(path: string): ShownKind {
  const kind = kindNameOf(path)
  const found = kinds.find(one => one === String(kind).toLowerCase())
  if (found !== undefined) return found
  const message = `holds a ${typeof kind === 'string' ? kind : 'document of no kind'}, and a ${kinds.join(', ')} or a trial's log can be shown`
  throw new InvalidInput([{ file: path, line: 1, column: 1, message, severity: 'error' }])
}

/** Headings in a column of their own; the first line, which would be the table's heading, is left out. */
function pairs(lines: Description, columns: number): string {
  const table = renderColumns(['', ''], lines, columns)
  return table.slice(table.indexOf('\n') + 1)
}
