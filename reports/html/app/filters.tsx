import { usePage } from './context.ts'
import { familiesOf, levelsOf, policiesOf } from './data.ts'

const filters = [
  { key: 'policy', label: 'Policy', of: policiesOf },
  { key: 'level', label: 'Level', of: levelsOf },
  { key: 'family', label: 'Family', of: familiesOf },
] as const

/** What the figures below are restricted to. It stands in the address. */
export function Filters() {
  const { data, view, show } = usePage()
  const isFiltered = filters.some(({ key }) => view[key] !== null)
  return (
    <search class="filters" aria-label="Filter">
      {filters.map(({ key, label, of }) => (
        <label key={key} class="choice">
          <span>{label}</span>
          <select
            value={view[key] ?? ''}
            class={view[key] === null ? undefined : 'chosen'}
            onChange={event => show({ [key]: event.currentTarget.value || null })}
          >
            <option value="">all</option>
            {of(data.summary).map(name => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      ))}
      {isFiltered && (
        <button type="button" class="quiet" onClick={() => show({ policy: null, level: null, family: null })}>
          Show all
        </button>
      )}
    </search>
  )
}
