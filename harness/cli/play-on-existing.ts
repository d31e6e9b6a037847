import { describePlan } from '../../clusters/existing/describe-plan.ts'
import { kindClusterOf, loadIntoKind } from '../../clusters/existing/kind-images.ts'
import { openContext, readContext } from '../../clusters/existing/open-context.ts'
import { productionName, wrongNamespaces } from '../../clusters/existing/refuse.ts'
import {
  type ExistingSuite,
  runOnExisting,
  type SurveyedCluster,
  surveyCluster,
} from '../../clusters/existing/run-existing.ts'
import type { ClusterSuite } from '../../clusters/stage/cluster-suite.ts'
import { buildSubjectImage, tagImage } from '../../clusters/stage/images.ts'
import { imageTags, imageWithTag } from '../../clusters/stage/release-patch.ts'
import { InvalidInput } from '../model/problem.ts'
import { askWord } from './ask-word.ts'
import type { CommandContext } from './context.ts'
import type { StoredPlan } from './run-folder.ts'
import { UsageError } from './usage-error.ts'

/** What the command line says of a cluster that stands. */
export interface ExistingOptions {
  readonly context?: string | undefined
  readonly namespaces?: readonly string[] | undefined
  readonly subjectImage?: string | undefined
  /** Consent to the plan, given in advance. */
  readonly yes?: boolean | undefined
  /** Consent to a cluster whose name looks like production's. */
  readonly evenProduction?: boolean | undefined
}

/** @throws UsageError where options that a cluster of the user's needs are missing; InvalidInput for namespaces that no run may have */
export function checkExistingOptions({ context, namespaces }: ExistingOptions): {
  context: string
  namespaces: readonly string[]
} {
  if (context === undefined || namespaces === undefined) {
    throw new UsageError(
      '--backend existing needs --context, never the current one by itself, and --namespaces, the only ones that the run may touch',
    )
  }
  const wrong = wrongNamespaces(namespaces)
  if (wrong.length > 0) {
    throw new InvalidInput(
      wrong.map(message => ({ file: '--namespaces', line: 1, column: 1, message, severity: 'error' as const })),
    )
  }
  return { context, namespaces }
}

/** Which cluster a run's trials are of, without what the address may hold of credentials. */
export async function existingCluster(options: ExistingOptions, signal: AbortSignal): Promise<StoredPlan['cluster']> {
  const { context, server } = await readContext(checkExistingOptions(options).context, signal)
  const { origin, pathname } = new URL(server)
  return { context, server: `${origin}${pathname.replace(/\/$/, '')}` }
}

/**
 * Looks at the cluster, says what the run will do to it, and asks for consent.
 * @returns what runs the trials there, and what has to be called in the end
 */
export async function prepareExisting(
  asked: ClusterSuite,
  options: ExistingOptions,
  context: CommandContext,
): Promise<{ play(): Promise<void>; close(): void }> {
  const { say, signal, trials } = asked
  const chosen = checkExistingOptions(options)
  const user = await openContext(chosen.context, signal)
  const close = () => user.api.close()
  try {
    const kindCluster = await kindClusterOf(chosen.context)
    const subjectImage = await subjectImageOf(options, kindCluster, asked)
    const most = Math.min(chosen.namespaces.length, trials.length)
    const sideBySide = Math.min(asked.sideBySide ?? most, most)
    const suite = { ...asked, ...chosen, subjectImage, sideBySide }
    const surveyed = await surveyCluster(user, suite)
    const { all, tagged } = imagesOf(suite)
    context.writeProgress(planOf(surveyed, suite, all, kindCluster))
    await requireConsent(surveyed, options, signal)
    return {
      close,
      async play() {
        if (kindCluster !== undefined) {
          await tagImage(subjectImage, tagged, signal)
          await loadIntoKind(kindCluster, all, signal)
        }
        await runOnExisting(surveyed, suite)
        say(`left ${suite.namespaces.join(', ')} as before`)
      },
    }
  } catch (error) {
    close()
    throw error
  }
}

/** The images that the cluster has to have, those of releases that change the tag of the subject's among them. */
function imagesOf({ subjectImage, settings, load, trials }: ExistingSuite): { all: string[]; tagged: string[] } {
  const tags = trials.flatMap(({ plan }) => imageTags(plan.release))
  const tagged = [...new Set(tags)].map(tag => imageWithTag(subjectImage, tag))
  const k6 = 'image' in load.k6 ? [load.k6.image] : []
  return { all: [subjectImage, ...tagged, settings.prometheusImage, ...k6], tagged }
}

function planOf(
  surveyed: SurveyedCluster,
  { trials, sideBySide, subjectImage, load }: ExistingSuite,
  images: readonly string[],
  kindCluster: string | undefined,
): string {
  const rollout = surveyed.objects.find(({ kind }) => kind === 'Rollout') as
    | { spec?: { replicas?: number } }
    | undefined
  return describePlan(surveyed, {
    trials: trials.length,
    sideBySide,
    requestsPerSecond: Math.max(...trials.map(({ plan }) => plan.requestsPerSecond)),
    replicas: rollout?.spec?.replicas ?? 1,
    images,
    subjectImage,
    loadFrom: 'image' in load.k6 ? 'cluster' : 'local',
    loadedInto: kindCluster === undefined ? [] : images,
  })
}

async function subjectImageOf(
  { subjectImage }: ExistingOptions,
  kindCluster: string | undefined,
  { settings, signal }: ClusterSuite,
): Promise<string> {
  const named = subjectImage ?? settings.subjectImage
  if (named !== undefined) return named
  if (kindCluster !== undefined) return buildSubjectImage(settings.nodeBaseImage, signal)
  throw new UsageError(
    "--backend existing needs --subject-image, or CARMINE_SUBJECT_IMAGE: the subject's image where the cluster pulls it. " +
      '`carmine image --push REGISTRY/carmine-subject:1` builds and pushes it',
  )
}

async function requireConsent(
  { user: { context, clusterName, server } }: SurveyedCluster,
  { yes = false, evenProduction = false }: ExistingOptions,
  signal: AbortSignal,
): Promise<void> {
  const production = productionName([context, clusterName, server])
  if (production !== undefined && !evenProduction) {
    throw new UsageError(
      `${production} looks like production, and trials put load and faulty releases on a cluster: with --even-production it is used all the same`,
    )
  }
  if (yes) return
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError('this is done to a cluster of yours: read the plan above, and consent with --yes')
  }
  const word = await askWord(`Type ${context} to go on: `, signal)
  if (word === context) return
  throw new UsageError(`${word === '' ? 'nothing was typed' : `\`${word}\` is not ${context}`}: nothing was changed`)
}
