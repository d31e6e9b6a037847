import { useEffect, useState } from 'preact/hooks'
import { usePage } from './context.ts'
import { formatHash } from './view.ts'

const names: Readonly<Record<string, string>> = {
  criteria: 'Criteria',
  baseline: 'Against the baseline',
  levels: 'Levels',
  'held-out': 'Held out',
  families: 'Families',
  scares: 'Scares',
  fdrt: 'Time to recovery',
  differences: 'Level by level',
  engine: 'Engine',
  detectors: 'Detectors',
  trials: 'Notable trials',
  findings: 'What went wrong',
}

/** Links to the parts of the report that are there, which keep what it is restricted to. */
export function Sections() {
  const { view, data } = usePage()
  const [parts, setParts] = useState<readonly { readonly id: string; readonly title: string }[]>([])
  useEffect(() => {
    const figures = [...document.querySelectorAll<HTMLElement>('main > .figure')]
    setParts(figures.map(({ id }) => ({ id, title: names[id] ?? id })))
  }, [view, data])
  return (
    <nav class="sections" aria-label="Parts of the report">
      <ul>
        {parts.map(({ id, title }) => (
          <li key={id}>
            <a href={formatHash({ ...view, section: id, trial: null })}>{title}</a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
