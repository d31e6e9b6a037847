/** What is looked at; null is everything. It stands in the address, so that a link shows the same. */
export interface View {
  readonly section: string | null
  readonly policy: string | null
  readonly level: string | null
  readonly family: string | null
  /** Id of the trial whose timeline is open. */
  readonly trial: string | null
}

export const everything: View = { section: null, policy: null, level: null, family: null, trial: null }

const keys = ['policy', 'level', 'family', 'trial'] as const

/** @param hash `#levels?policy=careful&level=L1`, the section and the query each may be missing */
export function parseHash(hash: string): View {
  const [section = '', query = ''] = hash.replace(/^#/, '').split('?', 2)
  const given = new URLSearchParams(query)
  const view: Record<string, string | null> = { section: decode(section) }
  for (const key of keys) view[key] = given.get(key) || null
  return view as unknown as View
}

export function formatHash(view: View): string {
  const query = new URLSearchParams()
  for (const key of keys) if (view[key] !== null) query.set(key, view[key])
  const text = query.toString().replaceAll('%2F', '/')
  return `#${encodeURIComponent(view.section ?? '')}${text === '' ? '' : `?${text}`}`
}

function decode(section: string): string | null {
  try {
    return decodeURIComponent(section) || null
  } catch {
    return null
  }
}
