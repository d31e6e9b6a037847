import * as z from 'zod'
import type { SafeAction, SafeClass } from '../../harness/model/safe-action.ts'
import { safeClasses } from '../../harness/model/safe-action.ts'
import { resourceName } from '../../harness/model/schema-types.ts'
import { type Finding, finding } from './finding.ts'
import { isPlainData } from './plain-data.ts'

/** Text of one line without control or format characters (which hide or reorder what a person reads), in its composed form. */
const plainText = z
  .string()
  .min(1)
  .max(300)
  .refine(text => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text), 'has characters that do not print')
  .refine(text => text === text.normalize('NFC') && text === text.trim(), 'is not in canonical form')
/** A pod's name: an RFC 1123 subdomain. */
const podName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'is not the name of a pod')
const replicas = z.int().min(1).max(1000)
const limit = z.number().positive()

const kinds = {
  scale: 'Rollout',
  restartPod: 'Rollout',
  widenThreshold: 'AnalysisTemplate',
  retry: 'Rollout',
  quietLog: 'Rollout',
} as const satisfies Record<SafeClass, string>

function actionOf<const C extends SafeClass, S extends z.ZodRawShape>(className: C, shape: S) {
  const target = z.strictObject({ kind: z.literal(kinds[className]), namespace: resourceName, name: resourceName })
  return z.strictObject({ class: z.literal(className), target, ...shape })
}

const safeAction = z.discriminatedUnion('class', [
  actionOf('scale', { fromReplicas: replicas, replicas }),
  actionOf('restartPod', { pod: podName }),
  actionOf('widenThreshold', { metric: plainText, fromValue: limit, toValue: limit }),
  actionOf('retry', { podTemplateHash: z.string().regex(/^[a-z0-9]{1,63}$/, 'is not a pod template hash') }),
  actionOf('quietLog', { message: plainText }),
])

const request = z.strictObject({
  incident: plainText,
  proposedBy: z.literal('engine'),
  action: z.unknown().refine(isPlainData, 'is not plain data').pipe(safeAction),
})

/**
 * Kinds that nobody changes automatically, told apart in the reason: data plane and traffic routing, secrets and rights, stored data, the
 * policy and the gate's own settings. What is in neither list is denied just the same.
 */
const protectedKinds: readonly string[] = [
  'Secret ConfigMap PersistentVolume PersistentVolumeClaim StatefulSet Namespace CustomResourceDefinition',
  'Role RoleBinding ClusterRole ClusterRoleBinding ServiceAccount CertificateSigningRequest',
  'Service Ingress HTTPRoute Gateway VirtualService DestinationRule EndpointSlice NetworkPolicy',
  'Policy PolicyException ClusterPolicy ValidatingAdmissionPolicy MutatingWebhookConfiguration ValidatingWebhookConfiguration',
]
  .join(' ')
  .split(' ')

/** The action in its one canonical form, a fresh copy, or everything that is wrong with the request. Nothing is repaired. */
export function parseRequest(
  given: unknown,
): { readonly action: SafeAction } | { readonly findings: readonly Finding[] } {
  const { success, data, error } = request.safeParse(given)
  if (success) return { action: data.action }
  return {
    findings: error.issues.map(({ path, message }) => {
      const at = path.join('.')
      const kind = at === 'action.target.kind' ? kindOf(given) : undefined
      if (kind !== undefined) {
        const why = protectedKinds.includes(kind) ? 'is a protected kind' : 'is no kind that this class may change'
        return finding('target', `${JSON.stringify(kind)} ${why}`, true)
      }
      return finding(at.startsWith('action.target') ? 'target' : 'request', `${at || 'it'}: ${message}`, true)
    }),
  }
}

function kindOf(given: unknown): string | undefined {
  const kind = (given as { action?: { target?: { kind?: unknown } } }).action?.target?.kind
  return typeof kind === 'string' ? kind.slice(0, 80) : undefined
}

/** The class that a request names, readable or not; undefined when it names none. */
export function classNamed(given: unknown): SafeClass | undefined {
  if (typeof given !== 'object' || given === null || !isPlainData((given as { action?: unknown }).action))
    return undefined
  const named = (given as { action?: { class?: unknown } | null }).action?.class
  return safeClasses.find(className => className === named)
}
