import { formatDuration } from '../model/duration.ts'
import { type Remedy, remedies, type Symptom } from '../model/ground-truth.ts'
import { controlOf, type ScenarioSpec, truthOf } from '../model/scenario.ts'
import { type FaultEvidence, isHarm, type QuietEvidence, type TriedRemedy } from './quiet-evidence.ts'

/** Something that a scenario declares and its worlds do not show, with where in its `spec` that stands. */
export interface Disproof {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/**
 * Holds what a scenario declares against what its worlds show without luck: with the fault requests or pods are touched, the first
 * symptom is the declared one, its remedies end it and no other operation does, the deploy is to be reverted exactly where abort or undo
 * helps, and people are to be told exactly where users are harmed or the rollout is stuck; without the fault nothing is touched, a twin
 * ends well, and a scare has something odd. `rollbackSafe` is taken on trust: nothing that a release writes outlives it in these worlds.
 * @returns all that does not hold, each with the first seed that shows it
 */
export function disprove(spec: ScenarioSpec, seeds: readonly QuietEvidence[]): Disproof[] {
  return [...disproveControl(spec, seeds), ...disproveFault(spec, seeds)]
}

/** Two looks: what shows so shortly after something else cannot be told to come later. */
const sameTimeMs = 10_000

type Tell = (key: string, message: string) => void

function disproveControl(spec: ScenarioSpec, seeds: readonly QuietEvidence[]): Disproof[] {
  const variant = controlOf(spec)
  const found: Disproof[] = []
  const tell = (seed: QuietEvidence | undefined, path: Disproof['path'], message: string) => {
    if (seed !== undefined) found.push({ path, message: `without the fault ${message} (seed ${seed.seed})` })
  }
  const touched = seeds.find(({ control }) => control.touchedMs !== null)
  tell(touched, faultPath(spec), `something is touched, at ${at(touched?.control.touchedMs)}`)
  if (variant === 'scare') {
    if (seeds.every(({ control }) => control.oddities.length === 0))
      tell(seeds[0], ['scare'], 'nothing ever looks odd: this is no scare')
    return found
  }
  const unfinished = seeds.find(({ control }) => !['Healthy', 'Paused'].includes(control.phase))
  tell(unfinished, faultPath(spec), `the rollout ends ${unfinished?.control.phase}`)
  const ill = seeds.find(({ control }) => illness(control.oddities) !== undefined)
  tell(ill, faultPath(spec), `a pod is ill: ${illness(ill?.control.oddities ?? [])}, and no \`scare\` is declared`)
  return found
}

function disproveFault(spec: ScenarioSpec, seeds: readonly QuietEvidence[]): Disproof[] {
  const played = seeds.flatMap(({ faulty, ...rest }) => (faulty === undefined ? [] : [{ ...rest, faulty }]))
  if (played.length === 0) return []
  const found: Disproof[] = []
  const untouched = played.find(({ faulty }) => faulty.onsetMs === null)
  if (untouched !== undefined) {
    const message = `the fault touches nothing before the horizon (${formatDuration(untouched.horizonMs)}) (seed ${untouched.seed})`
    return [{ path: faultPath(spec), message }]
  }
  const tell: Tell = (key, message) => found.push({ path: [...truthPath(spec), key], message })
  const truth = truthOf(spec, 'faulty')
  disproveSymptom(truth.firstSymptom, played, tell)
  disproveRemedies(truth.remedies, played, tell)
  disproveHarmful(truth.harmful ?? [], played, tell)
  disproveRevert(truth.deploy, played, tell)
  disprovePage(truth.page, played, tell)
  return found
}

interface Played extends Omit<QuietEvidence, 'faulty'> {
  readonly faulty: FaultEvidence
}

function disproveSymptom(declared: Symptom, played: readonly Played[], tell: Tell): void {
  const other = played.find(({ faulty }) => !isFirst(declared, faulty))
  if (other === undefined) return
  const shown = inOrder(other.faulty).map(([symptom, t]) => `${symptom} at ${at(t)}`)
  const seen = shown.length === 0 ? 'nothing shows' : `what shows is ${shown.join(', ')}`
  tell('firstSymptom', `\`${declared}\` is declared, and ${seen} (seed ${other.seed})`)
}

/** Whether a symptom shows first, or as good as. */
function isFirst(declared: Symptom, faulty: FaultEvidence): boolean {
  const [first] = inOrder(faulty)
  if (first === undefined || declared === 'none') return first === undefined && declared === 'none'
  return (faulty.symptoms[declared] ?? Number.POSITIVE_INFINITY) - first[1] <= sameTimeMs
}

function disproveRemedies(declared: readonly Remedy[], played: readonly Played[], tell: Tell): void {
  for (const remedy of remedies) {
    const tries = triesOf(played, remedy)
    const isDeclared = declared.includes(remedy)
    const wrong = tries.find(({ tried }) => tried.helps !== isDeclared)
    if (wrong !== undefined) {
      const { seed, tried } = wrong
      const outcome = tried.helps ? `${remedy} ends the fault` : `${remedy} does not end the fault`
      const words = isDeclared ? 'is declared' : 'is not declared'
      tell(
        'remedies',
        `\`${remedy}\` ${words}, and ${outcome}: begun at ${at(tried.atMs)}, ${lastTouch(tried)} (seed ${seed})`,
      )
    } else if (isDeclared && tries.length === 0) tell('remedies', `\`${remedy}\` is declared, and cannot be tried here`)
  }
}

function disproveHarmful(declared: readonly Remedy[], played: readonly Played[], tell: Tell): void {
  for (const remedy of declared) {
    const tries = played.flatMap(({ seed, faulty }) => faulty.harms.map(harm => ({ seed, harm })))
    const harmless = tries.find(({ harm }) => harm.remedy === remedy && (harm.atMs === null || !isHarm(harm)))
    if (harmless === undefined) continue
    const { seed, harm } = harmless
    const outcome =
      harm.atMs === null
        ? 'there is no occasion for it'
        : `begun at ${at(harm.atMs)} it makes ${Math.round(harm.harm)} more requests bad`
    tell('harmful', `\`${remedy}\` is declared, and ${outcome} (seed ${seed})`)
  }
}

function disproveRevert(declared: string, played: readonly Played[], tell: Tell): void {
  const isRevert = declared === 'revert'
  const wrong = played.find(one => rollbacksThatHelp(one).length > 0 !== isRevert)
  if (wrong === undefined) return
  const helping = rollbacksThatHelp(wrong)
  const seen = helping.length === 0 ? 'neither abort nor undo ends the fault' : `${helping.join(' and ')} end the fault`
  tell('deploy', `\`${declared}\` is declared, and ${seen} (seed ${wrong.seed})`)
}

function disprovePage(declared: string, played: readonly Played[], tell: Tell): void {
  const needed = played.filter(one => isHarm(one.faulty) || isStuck(one))
  if (declared === 'must' ? needed.length > 0 : needed.length === 0) return
  const [one] = declared === 'must' ? played : needed
  const { faulty, control, horizonMs, seed } = one!
  const rollout = control.phase === '' ? '' : `, and the rollout is ${faulty.phase} at ${formatDuration(horizonMs)}`
  const more = Math.round(faulty.harm)
  tell(
    'page',
    `\`${declared}\` is declared, and ${more} more requests are bad than without the fault${rollout} (seed ${seed})`,
  )
}

function isStuck({ faulty, control }: Played): boolean {
  return control.phase === 'Healthy' && faulty.phase !== 'Healthy'
}

function rollbacksThatHelp(one: Played): Remedy[] {
  return (['abort', 'undo'] as const).filter(remedy => triesOf([one], remedy).some(({ tried }) => tried.helps))
}

function triesOf(played: readonly Played[], remedy: Remedy): { seed: number; tried: TriedRemedy }[] {
  return played.flatMap(({ seed, faulty }) =>
    faulty.tried.filter(one => one.remedy === remedy).map(tried => ({ seed, tried })),
  )
}

function inOrder({ symptoms }: FaultEvidence): [string, number][] {
  return Object.entries(symptoms).sort(([, a], [, b]) => a - b)
}

function lastTouch({ lastTouchMs }: TriedRemedy): string {
  return Number.isFinite(lastTouchMs) ? `last touched at ${at(lastTouchMs)}` : 'nothing touched'
}

function illness(found: QuietEvidence['control']['oddities']): string | undefined {
  return found.find(({ kind }) => kind === 'pod')?.what
}

function at(t: number | null | undefined): string {
  return t == null ? 'no time' : formatDuration(t)
}

/** Where the ground truth of the faulty runs stands. */
function truthPath(spec: ScenarioSpec): Disproof['path'] {
  return [...ownerPath(spec), 'truth']
}

function faultPath(spec: ScenarioSpec): Disproof['path'] {
  return [...ownerPath(spec), 'fault']
}

function ownerPath({ incidents }: ScenarioSpec): Disproof['path'] {
  return incidents.length > 0 ? ['incidents', 0] : ['deploys', 0]
}
