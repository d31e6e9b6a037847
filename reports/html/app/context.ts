import { createContext } from 'preact'
import { useCallback, useContext, useEffect, useState } from 'preact/hooks'
import type { ReportData } from './data.ts'
import type { Definition } from './definitions.ts'
import { everything, formatHash, parseHash, type View } from './view.ts'

/** What every part of the page may read, and how it changes what is looked at. */
export interface Page {
  readonly data: ReportData
  readonly view: View
  /** By name. */
  readonly definitions: Readonly<Record<string, Definition>>
  show(change: Partial<View>): void
}

export const PageContext = createContext<Page | null>(null)

export function usePage(): Page {
  return useContext(PageContext)!
}

/** The view that the address names. A change makes no entry in the history, but a trial and a section do. */
export function useView(): Pick<Page, 'view' | 'show'> {
  const [view, setView] = useState(() => parseHash(location.hash))
  useEffect(() => {
    const follow = () => setView(parseHash(location.hash))
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  const show = useCallback((change: Partial<View>) => {
    const next = { ...everything, ...parseHash(location.hash), ...change }
    const hash = formatHash(next)
    if (hash === location.hash) return
    if ('section' in change || 'trial' in change) location.hash = hash
    else {
      history.replaceState(null, '', hash)
      setView(next)
    }
  }, [])
  return { view, show }
}
