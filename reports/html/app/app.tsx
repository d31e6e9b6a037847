import { useEffect, useMemo } from 'preact/hooks'
import { Baseline } from './baseline.tsx'
import { PageContext, useView } from './context.ts'
import { Criteria } from './criteria.tsx'
import type { ReportData } from './data.ts'
import { definitionsWith } from './definitions.ts'
import { Detectors } from './detectors.tsx'
import { Differences } from './differences.tsx'
import { Engine } from './engine.tsx'
import { Families } from './families.tsx'
import { Filters } from './filters.tsx'
import { Glossary } from './glossary.tsx'
import { HeldOut, Levels } from './levels.tsx'
import { Masthead } from './masthead.tsx'
import { Scares } from './scares.tsx'
import { Sections } from './sections.tsx'
import { Split } from './split.tsx'
import { Findings, Trials } from './trials.tsx'

/** The whole report. */
export function App({ data }: { data: ReportData }) {
  const { view, show } = useView()
  const page = useMemo(() => ({ data, view, show, definitions: definitionsWith(data.detectors) }), [data, view, show])
  useEffect(() => {
    if (view.section !== null) document.getElementById(view.section)?.scrollIntoView()
  }, [view.section])
  return (
    <PageContext.Provider value={page}>
      <button type="button" class="skip" onClick={skip}>
        Skip to the results
      </button>
      <Masthead />
      <Sections />
      <main id="main" tabIndex={-1}>
        <Criteria />
        <Baseline />
        <Filters />
        <Levels />
        <HeldOut />
        <Families />
        <Scares />
        <Split />
        <Differences />
        <Engine />
        <Detectors />
        <Trials />
        <Findings />
      </main>
      <Glossary />
    </PageContext.Provider>
  )
}

/** Without a change of the address, which names what is looked at. */
function skip(): void {
  document.getElementById('main')?.focus()
}
