import type { ToolAnswer } from '../harness/model/tool.ts'

/** An answer in one line. */
export function summarizeAnswer(answer: ToolAnswer): string {
  if ('error' in answer) return `error: ${answer.error}`
  switch (answer.tool) {
    case 'changes':
      return listed(answer.changes, 'change', ({ id, kind, service }) =>
        kind === 'commit' ? `${id.slice(0, 7)} of ${service}` : id,
      )
    case 'objects': {
      const { rollout, pods, revisions } = answer
      const ready = pods.filter(pod => pod.ready).length
      return `${rollout.name}: ${ready} of ${pods.length} pods ready, ${count(revisions, 'revision')}`
    }
    case 'events':
      return listed(reasons(answer.events), 'kind of event', reason => reason, answer.events.length)
    case 'logs':
      return listed(answer.lines, 'message', line => `${line.message} (x${line.count})`)
    case 'metrics':
      return `${count(answer.now, 'series')} now, ${count(answer.before, 'series')} before`
    case 'graph':
      return count(answer.calls, 'call')
    case 'flags':
      return listed(answer.flags, 'flag', ({ flag }) => flag)
  }
}

const mostListed = 3

/** @param of how many things they stand for, where that is not their number */
function listed<T>(all: readonly T[], what: string, name: (one: T) => string, of?: number): string {
  if (all.length === 0) return count(all, what)
  const names = all.slice(0, mostListed).map(name)
  const more = all.length > mostListed ? ', …' : ''
  return `${count(all, what)}${of === undefined ? '' : ` in ${of}`}: ${names.join(', ')}${more}`
}

function reasons(events: readonly { readonly reason: string }[]): string[] {
  return [...new Set(events.map(({ reason }) => reason))]
}

function count({ length }: readonly unknown[], what: string): string {
  if (what === 'series' || length === 1) return `${length} ${what}`
  return `${length} ${what === 'kind of event' ? 'kinds of event' : `${what}s`}`
}
