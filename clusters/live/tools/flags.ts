import type { ChangeRecord, FlagState } from '../../../harness/model/tool.ts'
import { KubeError } from '../kube-api.ts'
import type { ConfigMapObject } from '../objects.ts'
import { type Asked, trialMs } from './asked.ts'

/** The ConfigMap that holds feature flags: a key for each with its value. */
export const flagsConfig = 'flags'
/** Its annotations `<prefix><flag>`: `{"fromValue", "at", "by"}` of the last switch, as whoever switches it writes them. */
const switchedPrefix = 'flags.carmine.dev/'

interface Switch {
  readonly fromValue: string
  /** RFC 3339. */
  readonly at: string
  readonly by: string
}

/** Merge patch of the ConfigMap that switches a flag now. */
export function flagSwitch(flag: string, fromValue: string, toValue: string, by: string): object {
  const last: Switch = { fromValue, at: new Date().toISOString(), by }
  return {
    metadata: { annotations: { [`${switchedPrefix}${flag}`]: JSON.stringify(last) } },
    data: { [flag]: toValue },
  }
}

/** Empty where the namespace has no flags. */
export async function readFlags(asked: Asked): Promise<{ flags: FlagState[]; changes: ChangeRecord[] }> {
  const { api, namespace, signal, system } = asked
  const path = `/api/v1/namespaces/${namespace}/configmaps/${flagsConfig}`
  const config = await api.json<ConfigMapObject>('GET', path, { signal }).catch(error => {
    if (error instanceof KubeError && error.status === 404) return undefined
    throw error
  })
  const found = Object.entries(config?.data ?? {}).map(([flag, value]) => {
    const last = switchOf(config?.metadata.annotations?.[`${switchedPrefix}${flag}`])
    return { flag, value, last, changedAtMs: last === undefined ? null : trialMs(asked, last.at) }
  })
  return {
    flags: found.map(({ flag, value, changedAtMs }) => ({ flag, value, changedAtMs })),
    changes: found.flatMap(({ flag, value, last, changedAtMs }): ChangeRecord[] => {
      if (last === undefined || changedAtMs === null) return []
      return [
        {
          id: `flag/${flag}`,
          kind: 'flag',
          service: system.subject,
          author: last.by,
          message: `Switch ${flag}`,
          atMs: changedAtMs,
          liveAtMs: changedAtMs,
          diffs: [{ file: '', key: flag, fromValue: last.fromValue, toValue: value }],
        },
      ]
    }),
  }
}

/** Undefined for what is none. */
function switchOf(text: string | undefined): Switch | undefined {
  try {
    const { fromValue, at, by } = JSON.parse(text ?? '') as Partial<Switch>
    const isWhole = typeof fromValue === 'string' && typeof by === 'string' && !Number.isNaN(Date.parse(at ?? ''))
    return isWhole ? { fromValue, at: at!, by } : undefined
  } catch {
    return undefined
  }
}
