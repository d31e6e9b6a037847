/** What no proposal touches, whatever is wrong: secrets, rights, policies, and what builds and deploys. */
const protectedFiles = [
  /(^|\/)\.(github|gitlab|circleci)(\/|$)/i,
  /(^|[/._-])(secrets?|credentials?|sealedsecrets?)([/._-]|$)/i,
  /(^|[/._-])(rbac|roles?|clusterroles?|rolebindings?|clusterrolebindings?|serviceaccounts?)([/._-]|$)/i,
  /(^|[/._-])(polic(y|ies)|gatekeeper|kyverno|admission|webhooks?)([/._-]|$)/i,
  /(^|\/)(codeowners|jenkinsfile|\.gitlab-ci\.ya?ml|workflows?(\/|$))/i,
] as const

const protectedKeys = /secret|password|token|credential|serviceAccount|securityContext|clusterRole/i

/** @param file a path in the repository; one that leads out of it is protected too. */
export function isProtectedFile(file: string): boolean {
  const isPlain = /^[\w.@-]+(\/[\w.@-]+)*$/.test(file) && !file.split('/').includes('..')
  return !isPlain || protectedFiles.some(pattern => pattern.test(file))
}

export function isProtectedKey(key: string): boolean {
  return key === '' || protectedKeys.test(key)
}
