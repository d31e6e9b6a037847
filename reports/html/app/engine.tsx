import type { Estimate, ResultRow } from '../../../harness/judge/summary.ts'
import { formatRatio, formatSeconds } from '../../format.ts'
import { usePage } from './context.ts'
import type { TermName } from './definitions.ts'
import { Figure } from './figure.tsx'
import { isShown } from './level-rows.ts'
import { formatInterval } from './measures.ts'
import { Scrolls } from './scrolls.tsx'
import { Term } from './term.tsx'

interface Column {
  readonly title: string
  readonly term: TermName
  readonly group: string
  readonly of: (row: ResultRow) => Estimate | number | null
  readonly format?: (amount: number | null) => string
}

const columns: readonly Column[] = [
  { group: 'Diagnosis', title: 'Cause', term: 'cause', of: ({ diagnosis }) => diagnosis.ac1 },
  {
    group: 'Diagnosis',
    title: 'After',
    term: 'diagnosed',
    of: ({ diagnosis }) => diagnosis.medianS,
    format: formatSeconds,
  },
  { group: 'Diagnosis', title: 'Inconclusive', term: 'inconclusive', of: ({ diagnosis }) => diagnosis.inconclusive },
  { group: 'Diagnosis', title: 'Wrong', term: 'wrong', of: ({ diagnosis }) => diagnosis.confidentlyWrong },
  { group: 'Diagnosis', title: 'Scares blamed', term: 'blamedScares', of: ({ diagnosis }) => diagnosis.falseOnScares },
  { group: 'Pull requests', title: 'Opened', term: 'proposals', of: ({ proposals }) => proposals.opened },
  { group: 'Pull requests', title: 'Correct', term: 'correct', of: ({ proposals }) => proposals.correctRate },
  { group: 'Pull requests', title: 'False', term: 'falseProposals', of: ({ proposals }) => proposals.false },
  { group: 'Gate', title: 'Applied', term: 'applied', of: ({ gate }) => gate.applied },
  { group: 'Gate', title: 'Unsafe', term: 'unsafe', of: ({ gate }) => gate.unsafe },
  { group: 'Gate', title: 'Worse', term: 'regressions', of: ({ gate }) => gate.regressions },
  { group: 'Gate', title: 'Over-blocked', term: 'overBlocked', of: ({ gate }) => gate.overBlocked },
]
const groups = [...Map.groupBy(columns, ({ group }) => group)]

/** What an engine that reasons and acts by itself found, proposed and applied, from L2 on. */
export function Engine() {
  const { data, view } = usePage()
  const { levels, heldOut, scenarios } = data.summary
  const parts = (
    view.family === null
      ? [
          ...Map.groupBy(levels, ({ policy }) => policy),
          ...Map.groupBy(heldOut.levels, ({ policy }) => `${policy}, held out`),
        ]
      : [
          ...Map.groupBy(
            scenarios.filter(({ family }) => family === view.family),
            ({ policy, scenario }) => `${scenario}, ${policy}`,
          ),
        ]
  )
    .map(([title, rows]) => ({ title, rows: rows.filter(row => isShown(row, view) && acts(row)) }))
    .filter(({ rows }) => rows.length > 0)
  if (parts.length === 0) return null
  return (
    <Figure
      id="engine"
      title="What the engine found, proposed and did"
      about="From L2 on: diagnoses, pull requests, and actions that passed the gate. Levels without any are left out."
      csv={() => [
        [
          'part',
          'level',
          ...columns.flatMap(({ group, title }) => ['', '.low', '.high'].map(end => `${group} ${title}${end}`)),
        ],
        ...parts.flatMap(({ title, rows }) =>
          rows.map(row => [
            title,
            row.level,
            ...columns.flatMap(({ of }) => {
              const figure = of(row)
              return figure === null || typeof figure === 'number'
                ? [figure, null, null]
                : [figure.value, figure.low, figure.high]
            }),
          ]),
        ),
      ]}
    >
      <Scrolls label="What the engine found, proposed and did">
        <table class="engine">
          <caption class="unseen">Diagnoses, pull requests and gated actions by level</caption>
          <thead>
            <tr>
              <td />
              {groups.map(([group, own]) => (
                <th key={group} scope="colgroup" colSpan={own.length}>
                  {group}
                </th>
              ))}
            </tr>
            <tr>
              <th scope="col">
                <Term of="level">Level</Term>
              </th>
              {columns.map(({ group, title, term }) => (
                <th key={`${group} ${title}`} scope="col" class="number">
                  <Term of={term}>{title}</Term>
                </th>
              ))}
            </tr>
          </thead>
          {parts.map(({ title, rows }) => (
            <tbody key={title}>
              <tr class="part">
                <th scope="rowgroup" colSpan={columns.length + 1}>
                  {title}
                </th>
              </tr>
              {rows.map(row => (
                <tr key={row.level}>
                  <th scope="row">{row.level}</th>
                  {columns.map(column => (
                    <td key={`${column.group} ${column.title}`} class="number">
                      <FigureText column={column} row={row} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </Scrolls>
    </Figure>
  )
}

function FigureText({ column, row }: { column: Column; row: ResultRow }) {
  const figure = column.of(row)
  if (figure === null || typeof figure === 'number') return <>{column.format?.(figure) ?? figure}</>
  return (
    <>
      <b>{formatRatio(figure.value)}</b>
      <small class="under">{formatInterval('ratio', figure)}</small>
    </>
  )
}

function acts({ sameAs, diagnosis, proposals, gate }: ResultRow): boolean {
  return sameAs === null && diagnosis.made + proposals.opened + gate.requested > 0
}
