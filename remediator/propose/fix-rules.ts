import { type CauseKind, releaseCauses } from '../../harness/model/cause.ts'

type Diff = { readonly key: string; readonly fromValue: string; readonly toValue: string }

/** How a cause is repaired in the file that brought it. */
export interface FixRule {
  readonly rule: string
  readonly causes: readonly CauseKind[]
  /** Whether this key is the one to take back; a rule without it takes back the whole change. */
  readonly isWrong?: (diff: Diff) => boolean
  /** What is done, in a title's words. */
  readonly does: string
  readonly risk: string
}

const keepsRest = 'What else the release brings stays.'

/** The first rule that names the cause and whose key the change has. The kind of the cause and names of keys decide, never a message. */
export const fixRules: readonly FixRule[] = [
  {
    rule: 'restore-image',
    causes: ['missing image'],
    isWrong: ({ key }) => key === 'image' || key.endsWith('.image'),
    does: 'Return to the image that exists',
    risk: `The code of the former image runs with the release's other settings. ${keepsRest}`,
  },
  {
    rule: 'restore-configuration-key',
    causes: ['missing configuration key'],
    isWrong: ({ key }) => /\b(configMapKeyRef|configMapRef)\b/.test(key),
    does: 'Refer to the configuration key that exists',
    risk: `The setting has its former value again. ${keepsRest}`,
  },
  {
    rule: 'restore-probe',
    causes: ['wrong probe path'],
    isWrong: ({ key }) => /\b(readiness|liveness|startup)Probe\b/.test(key),
    does: 'Probe the path and port that answer',
    risk: `The probe checks what it checked before. ${keepsRest}`,
  },
  {
    rule: 'restore-timeout',
    causes: ['short timeout'],
    isWrong: ({ key }) => /timeout|deadline/i.test(key),
    does: 'Return to the former timeout',
    risk: `Calls may take as long as before. ${keepsRest}`,
  },
  {
    rule: 'raise-limit',
    causes: ['CPU hunger', 'memory leak', 'crash', 'lack of capacity'],
    isWrong: isLoweredLimit,
    does: 'Return to the former limit of resources',
    risk: `Pods may take as much of their node as they could before, and no more. ${keepsRest}`,
  },
  {
    rule: 'revert-commit',
    causes: releaseCauses,
    does: 'Revert the release',
    risk: 'What the release was for is lost until it comes again. The version before it has served well.',
  },
]

/** The change made a limit of CPU or memory smaller; the value before it bounds what may be asked for again. */
function isLoweredLimit({ key, fromValue, toValue }: Diff): boolean {
  if (!/\bresources\.limits\.(cpu|memory)$/.test(key)) return false
  const [before, after] = [quantity(fromValue), quantity(toValue)]
  return before !== undefined && after !== undefined && after < before
}

const units: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
}

/** Kubernetes' quantities, in cores or bytes (apimachinery, pkg/api/resource/quantity.go); undefined for what is none. */
function quantity(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(m|k|M|G|Ki|Mi|Gi)?$/.exec(text) ?? []
  return number === undefined ? undefined : Number(number) * units[unit]!
}
