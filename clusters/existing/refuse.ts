/** Namespaces of the cluster itself, of everybody, and of Argo Rollouts: no trial belongs there. */
const systemNamespaces: readonly string[] = [
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'default',
  'argo-rollouts',
]

const nameForm = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/

/** What is wrong with an allow-list of namespaces, as sentences. */
export function wrongNamespaces(names: readonly string[]): string[] {
  const wrong = names.flatMap(name => {
    if (systemNamespaces.includes(name) || name.startsWith('kube-')) {
      return [`no trial runs in ${name}: name a namespace that is there for trials, or one that is not there yet`]
    }
    return nameForm.test(name) && name.length <= 63 ? [] : [`\`${name}\` is no name of a namespace`]
  })
  const repeated = names.filter((name, i) => names.indexOf(name) < i)
  return [...wrong, ...new Set(repeated.map(name => `${name} is named twice`))]
}

const productionWord = /^(?:prod|prd|production|live)\d*$/

/** Which of a context's names looks like production's; undefined: none. Words are what stands between signs, as `prod` in `eu-prod.example.com`. */
export function productionName(names: readonly string[]): string | undefined {
  return names.find(name =>
    name
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .some(word => productionWord.test(word)),
  )
}
