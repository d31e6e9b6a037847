/** What the figures do not say. */
export function limitsSection(): string {
  return `## What this does not say

- It is a simulated world: a shop of seven services, ten pods of the one under test, its faults and scares as [the catalogue](catalogue.md) has them. Sizes of faults are assumptions, marked as such in each scenario. Every scenario weighs the same; your faults come in other shares.
- Gates end when a rollout is promoted; \`careful\` goes on watching. That is most of what it gains on faults that show late, and an alert rule of yours may see them too.
- Nobody watches a dashboard here and no alert rule exists beside a gate. So nothing after the trial's end is counted, where people with alerts would come in. \`careful\` pages, and people who are paged act within the trial now and then; Argo Rollouts' own notification of an abort pages too.
- The stock gates are better off than most of their kind: Prometheus scrapes every 5 s (default 60 s, at which a rate over a minute is empty), queries have no typing errors (35 of 78 public templates have at least one outright mistake), and pauses are 120 s except in \`no-analysis\` (public median 30 s).
- \`one-box\` bakes ten minutes, Amazon an hour; it would see more of what shows late, and release later.
- Tally: 102 public files on GitHub under usual names of AnalysisTemplates, 78 of them with Prometheus, and 22 Rollouts with canary steps, read on 21 November 2026. Demonstrations and courses prevail; companies' own repositories are not in it. It says what is written and copied, not what banks run.
- Not covered: traffic routers and weights below a pod's share, blue-green, experiments, Flagger, Kayenta, providers other than Prometheus, rollouts of several clusters.
- \`careful\` was built on this catalogue, by other seeds; the stock gates were not. The held-out families are the fairer comparison, and they are few scenarios.`
}
