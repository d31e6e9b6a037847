import { nearest } from '../../model/problem.ts'
import type { TeamDeed } from '../../run/game-day.ts'
import { parseSpeed } from '../parse-words.ts'
import type { Desk } from './desk.ts'
import { type Sight, sights } from './game-world.ts'

/** What a typed line asks for. */
export type Order =
  | { readonly order: 'deeds'; readonly deeds: readonly TeamDeed[] }
  | { readonly order: 'look'; readonly sight: Sight; readonly service: string | undefined }
  | { readonly order: 'cause' | 'note'; readonly text: string }
  | { readonly order: 'inject'; readonly scenario: string }
  | { readonly order: 'speed'; readonly factor: number }
  | { readonly order: 'pause' | 'continue' | 'stop' | 'help' }
  /** It makes no sense, or not now: why, and what does. */
  | { readonly order: 'refused'; readonly why: string }

interface Word {
  readonly usage: string
  readonly about: string
  readonly by: 'team' | 'facilitator'
  parse(words: readonly string[], desk: Desk): Order
}

const refused = (why: string): Order => ({ order: 'refused', why })
const deeds = (...all: TeamDeed[]): Order => ({ order: 'deeds', deeds: all })

/** Somebody on a page decides when they act. */
function decided(desk: Desk, decision: 'rollback' | 'wait'): TeamDeed[] {
  return desk.pages === 0 ? [] : [{ deed: 'person.decided', decision }]
}

function operation(name: 'abort' | 'undo' | 'promote' | 'retry' | 'hold' | 'resume', about: string): Word {
  const decision = { abort: 'rollback', undo: 'rollback', promote: 'wait', resume: 'wait' } as const
  return {
    usage: name,
    about,
    by: 'team',
    parse: (words, desk) => {
      if (words.length > 0) return refused(`\`${name}\` stands alone`)
      const of = decision[name as keyof typeof decision]
      return deeds(...(of === undefined ? [] : decided(desk, of)), { deed: 'operate', operation: name })
    },
  }
}

function answer(name: 'approve' | 'reject'): Word {
  return {
    usage: `${name} N`,
    about: `${name} what the engine asks as number N`,
    by: 'team',
    parse: ([word], { questions }) => {
      const open = questions.filter(({ isOpen }) => isOpen)
      const isAlone = word === undefined && open.length === 1
      const question = isAlone ? open[0] : open.find(({ number }) => String(number) === word)
      if (question === undefined) {
        const known = open.map(({ number, action }) => `${number}: ${action}`).join('; ')
        return refused(
          open.length === 0
            ? 'the engine asks nothing; its pull requests are for colleagues to review'
            : `say which: ${known}`,
        )
      }
      const given = name === 'approve' ? 'approved' : 'rejected'
      return deeds({ deed: 'approval.answered', effectId: question.effectId, answer: given })
    },
  }
}

function text(name: 'cause' | 'note', about: string): Word {
  return {
    usage: `${name} WORDS`,
    about,
    by: 'team',
    parse: words => (words.length === 0 ? refused(`say it: ${name} WORDS`) : { order: name, text: words.join(' ') }),
  }
}

function control(name: 'pause' | 'continue' | 'stop', about: string): Word {
  return {
    usage: name,
    about,
    by: 'facilitator',
    parse: words => (words.length > 0 ? refused(`\`${name}\` stands alone`) : { order: name }),
  }
}

const mostReplicas = 1000

/** What can be typed, in the order of help. */
const words: Readonly<Record<string, Word>> = {
  ack: {
    usage: 'ack',
    about: 'take the page',
    by: 'team',
    parse: (_, { pages, unanswered }) => {
      if (unanswered > 0) return deeds({ deed: 'page.acknowledged' })
      return refused(pages === 0 ? 'nobody was paged' : 'all pages are taken')
    },
  },
  look: {
    usage: `look [${sights.join('|')}]`,
    about: 'what tools show: objects, events, logs, metrics, changes',
    by: 'team',
    parse: ([word = 'objects', service]) => {
      const sight = sights.find(one => one === word) ?? only(sights.filter(one => one.startsWith(word)))
      if (sight !== undefined) return { order: 'look', sight, service }
      return refused(unknown('nothing to look at is called', word, sights))
    },
  },
  abort: operation('abort', 'abort the update: traffic returns to the stable version'),
  undo: operation('undo', 'roll back to the version from before the deploy'),
  promote: operation('promote', 'let a paused update go on to its next step'),
  retry: operation('retry', 'begin an aborted update again'),
  hold: operation('hold', 'keep the update at its step'),
  resume: operation('resume', 'let a held update go on'),
  scale: {
    usage: 'scale N',
    about: 'run N replicas',
    by: 'team',
    parse: ([word = '', ...rest]) => {
      const replicas = Number(word)
      const isRight = Number.isInteger(replicas) && replicas >= 1 && replicas <= mostReplicas && rest.length === 0
      if (!isRight) return refused(`give a whole number of replicas, 1 to ${mostReplicas}: scale 12`)
      return deeds({ deed: 'operate', operation: 'scale', replicas })
    },
  },
  restart: {
    usage: 'restart [POD]',
    about: 'restart all pods one after the other, or delete one',
    by: 'team',
    parse: ([pod]) =>
      deeds(
        pod === undefined
          ? { deed: 'operate', operation: 'restart' }
          : { deed: 'operate', operation: 'restartPod', pod },
      ),
  },
  flag: {
    usage: 'flag off',
    about: 'switch the feature flag off that was switched on',
    by: 'team',
    parse: ([word = 'off']) =>
      word === 'off' ? deeds({ deed: 'operate', operation: 'flagOff' }) : refused('type: flag off'),
  },
  approve: answer('approve'),
  reject: answer('reject'),
  cause: text('cause', 'say what you think is wrong'),
  fix: {
    usage: 'fix',
    about: 'send a repair of the last release to review',
    by: 'team',
    parse: (_, { saidCause }) =>
      saidCause ? deeds({ deed: 'propose fix' }) : refused('say first what is wrong: cause WORDS'),
  },
  note: text('note', 'put something on record for the debrief'),
  inject: {
    usage: 'inject SCENARIO',
    about: "let another scenario's trouble begin now",
    by: 'facilitator',
    parse: ([scenario, ...rest]) =>
      scenario === undefined || rest.length > 0
        ? refused('name one scenario: inject latency (`carmine list scenarios` lists them)')
        : { order: 'inject', scenario },
  },
  pause: control('pause', 'let the time stand still'),
  continue: control('continue', 'let it go on'),
  speed: {
    usage: 'speed N',
    about: 'N seconds of the trial in one of yours',
    by: 'facilitator',
    parse: ([word = '']) => {
      try {
        return { order: 'speed', factor: parseSpeed(word) }
      } catch {
        return refused('give a number, 0.1 to 1000: speed 10')
      }
    },
  },
  stop: control('stop', 'end the game, and see how it went'),
  help: { usage: 'help, ?', about: 'these words', by: 'team', parse: () => ({ order: 'help' }) },
}

const names = Object.keys(words)

/** Reads a typed line; undefined for an empty one. The beginning of a word is enough where no other word begins with it, but of `stop`. */
export function parseOrder(line: string, desk: Desk): Order | undefined {
  const [first, ...rest] = line.trim().split(/\s+/)
  if (first === undefined || first === '') return undefined
  if (first === '?') return { order: 'help' }
  const name = wordOf(first)
  // It cannot be taken back.
  if (name === 'stop' && first.toLowerCase() !== name) return refused('to end the game, type `stop` in full')
  if (name !== undefined) return words[name]!.parse(rest, desk)
  const begun = begunWith(first)
  if (begun.length > 1) return refused(`\`${first}\` may be ${begun.join(' or ')}`)
  return refused(unknown('there is no word', first, names))
}

/** The word that a typed one stands for. */
export function wordOf(typed: string): string | undefined {
  const begun = begunWith(typed)
  return begun.find(name => name === typed.toLowerCase()) ?? only(begun)
}

/** A typed line for all to read: what the facilitator injects is not told. */
export function shownLine(line: string): string {
  const [word = '', ...rest] = line.trimStart().split(/\s+/)
  return rest.length > 0 && wordOf(word) === 'inject' ? `${word} …` : line
}

function begunWith(typed: string): string[] {
  return names.filter(name => name.startsWith(typed.toLowerCase()))
}

/** What a beginning can only go on to; the line as it is where that is not clear. */
export function completed(line: string): string {
  const name = only(begunWith(line))
  return name === undefined || line === '' ? line : `${name} `
}

/** The words, what each does, and whose they are. */
export function helpLines(): string[] {
  const widest = Math.max(...names.map(name => shortUsage(name).length))
  const line = (name: string) => `  ${shortUsage(name).padEnd(widest)}  ${words[name]!.about}`
  const of = (by: Word['by']) => names.filter(name => words[name]!.by === by).map(line)
  return ['the team:', ...of('team'), 'the facilitator:', ...of('facilitator')]
}

/** What can be looked at is a line too long for a column. */
function shortUsage(name: string): string {
  return name === 'look' ? 'look [WHAT]' : words[name]!.usage
}

function only<T>(all: readonly T[]): T | undefined {
  return all.length === 1 ? all[0] : undefined
}

/** What is not there, and what is. */
export function unknown(what: string, word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  return `${what} \`${word}\`; ${near === undefined ? `there are ${known.join(', ')}` : `did you mean \`${near}\`?`}`
}
