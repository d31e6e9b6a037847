import { boundTexts } from '../cli/bound-texts.ts'
import { measureKinds, measures } from '../model/measures.ts'

/** docs/criteria.md: how a criterion is written, what it means, and every measure, from the table that the reader of criteria has. */
export function renderCriteriaReference(): string {
  const rows = measures.map(name => {
    const { unit, from, meaning } = measureKinds[name]
    return `| \`${name}\` | ${boundTexts[unit]} | ${from} | ${meaning} |`
  })
  return `<!-- Made from harness/model/measures.ts: npm test -- criteria-reference -u -->
# Criteria

A criterion is a line of text in a suite, in a promotion or on the command line: a bound that a run has to show.

\`\`\`
LEVEL MEASURE OPERATOR BOUND [in FAMILY | in scenario NAME]

L1 recall >= 95%
L1 falseActionRate.twins < 0.01
L1 fdrtS.p95 <= 5m
L2 diagnosis.ac1 >= 80% in latency
L1 harm.badRequests <= 2000 in scenario memory-leak
\`\`\`

\`\`\`console
$ carmine run --criterion 'L1 recall >= 95%' 'L1 fdrtS.p95 <= 5m'
$ carmine run --suite pre-promotion --until-decided
\`\`\`

A bound is written in the unit of its measure: a share as \`5%\` or \`0.05\`, a time in seconds or as \`5m\` or \`1h30m\`. With \`in\`, the trials of
that family or scenario alone count; without it all but those of held-out families. A misspelt word is told with its place and the
nearest right one.

## What is shown, and what is not

A criterion **passes** where its one-sided bound at 95 % confidence is clear of the limit, **fails** where the bound of the opposite claim is,
and is **inconclusive** between the two: then the run says how many more trials are likely to decide it.

- Shares: Clopper and Pearson's exact bounds; those of the worst scare are corrected for the number of scares. \`precisionAtCfr\` takes both of
  its rates at half the level.
- Medians and 95th percentiles of times: order statistics, by the same exact bounds on the share that was done by then. Trials that never got
  there count as never, and those that were not followed that long count against either claim.
- Rates per hour: Garwood's exact bounds. Means: the bootstrap, from 100 trials on; restricted means of times by Greenwood's formula, from 100
  trials with 30 events on.

\`<\` and \`<=\` differ only where a bound lies on the limit itself: a share that is shown to be at most 5 %, and no less, passes \`<= 5%\` and not
\`< 5%\`. Of times it may: trials that took 300 s and not more pass \`<= 300\`, and not \`< 300\`. No number of trials shows a share of 0 or of 1;
such bounds are refused.

## Until decided

\`--until-decided\` looks at the criteria after a sixteenth, an eighth, a quarter and a half of the seeds, and at the end, and stops as soon as all
are decided. Each look may spend the part of the 5 % that its new trials are of all (Kim and DeMets 1987, added up by Bonferroni's
inequality), so that a wrong answer is no likelier than with one look. What was decided stands. Where a run stops depends on its trials
alone: it has the digest of a run with as many \`--seeds\`.

## Measures

A measure has the name of its figure in a row of \`summary.json\`. \`from\` is the lowest level at which it has trials.

| measure | bound | from | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}
