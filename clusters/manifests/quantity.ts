/** Suffixes of a Kubernetes quantity (k8s.io/apimachinery, pkg/api/resource/suffix.go). */
const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** The number that a Kubernetes quantity such as `250m` or `256Mi` stands for; undefined where there is none or it is no quantity. */
export function quantity(text: number | string | undefined): number | undefined {
  if (typeof text !== 'string') return text
  const [, number, suffix] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text) ?? []
  const factor = suffix === undefined ? undefined : factors[suffix]
  return factor === undefined ? undefined : Number(number) * factor
}
