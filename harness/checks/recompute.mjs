// Recomputes a run's figures from its logs, sharing no code with the judge: `node harness/checks/recompute.mjs DIR`, where DIR is the
// folder of a run with `--logs all`. Checks counts, point values and the Wilson and Clopper-Pearson bounds of `levels` and `anchors`
// in summary.json; prints each difference and then exits with 1. Times have to be equal, the rest to 1e-9 of their size.
import { readdirSync, readFileSync } from 'node:fs'

const folder = process.argv[2] ?? '.'
const summary = JSON.parse(readFileSync(`${folder}/summary.json`, 'utf8'))
const truths = new Map(summary.groundTruth.map(truth => [truth.scenario, truth]))
const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length
const trials = []
for (const name of readdirSync(`${folder}/logs`).filter(file => file.endsWith('.ndjson')))
  trials.push(fold(JSON.parse(`[${readFileSync(`${folder}/logs/${name}`, 'utf8').trim().replaceAll('\n', ',')}]`)))
const idOf = ({ scenario, seed }, variant, policy, level) => [scenario, seed, variant, policy, level].join('/')
const byId = new Map(trials.map(trial => [idOf(trial, trial.variant, trial.policy, trial.level), trial]))
for (const trial of trials) trial.nullRun = byId.get(idOf(trial, trial.variant, 'null', 'L1'))
for (const trial of trials) {
  const control = truths.get(trial.scenario).scare === null ? 'twin' : 'scare'
  const own = byId.get(idOf(trial, control, trial.policy, trial.level))
  trial.harmless = byId.get(idOf(trial, control, 'null', 'L1')) ?? own
}
let [checked, differences] = [0, 0]
compare('trials', summary.trials, { valid: trials.filter(isValid).length })
for (const row of [...summary.levels, ...summary.anchors]) {
  const own = trials.filter(({ policy, level }) => policy === row.policy && level <= row.level)
  const highest = `L${Math.max(...own.map(({ level }) => level.slice(1)))}`
  compare(`${row.policy} ${row.level}`, row, figures(own.filter(({ level }) => level === highest)))
}
process.stdout.write(`${checked} figures of ${trials.length} logs: ${differences} differences\n`)
process.exitCode = differences > 0 || trials.length === 0 ? 1 : 0

/** What happened in one trial. */
function fold(events) {
  const of = (type, holds = () => true) => events.filter(event => event.type === type && holds(event.data))
  const { scenario, variant, horizonMs } = events[0].data
  const truth = variant === 'faulty' ? truths.get(scenario) : { deploy: 'leave', remedies: [] }
  const isBad = truth.deploy === 'revert'
  const endMs = events.at(-1).t
  const hash = of('release.updated', ({ release }) => release === 'deploy')[0]?.data.podTemplateHash
  const isOurs = ({ podTemplateHash }) => hash === undefined || podTemplateHash === hash
  const shifts = of('traffic.shifted')
  const serves = ({ data }) => data.versions.some(({ podTemplateHash, pods }) => podTemplateHash === hash && pods > 0)
  // A lack of capacity is felt from the share of bad requests on that the objective allows.
  const feltShare = truths.get(scenario).causeKind === 'lack of capacity' ? 0.01 : 0
  const isFelt = ({ touched, bad, requests }) => touched > 0 && bad >= feltShare * requests
  const touches = events.filter(({ type, data }) => type === 'truth.pod' || (type === 'truth.cell' && isFelt(data)))
  const beganMs = (isBad ? shifts.find(serves) : of('flag.changed')[0])?.t ?? -Infinity
  const onset = touches.map(({ t, data }) => Math.min(t, Math.max(data.fromMs ?? t, beganMs)))[0] ?? null
  const lastCell = of('truth.cell').at(-1)
  const requestsPerHour = (lastCell.data.requests * 3_600_000) / (lastCell.t - lastCell.data.fromMs)
  const isCarried = one => one.touchedPerHour > 0 && one.badPerHour >= feltShare * requestsPerHour
  const spells = of('truth.carried').map(({ t, data }, i, all) => ({ ...data, t, toMs: all[i + 1]?.t ?? endMs }))
  const lastTouched = Math.max(...touches.map(({ t }) => t), ...spells.map(one => isCarried(one) && one.toMs))
  const pods = new Map(of('truth.pod').map(({ data }) => [data.pod, data.touched]))
  const stillTouched =
    spells.some((one, i) => i === spells.length - 1 && isCarried(one)) || [...pods.values()].includes(true)
  const bad = of('truth.cell').reduce((sum, { data }) => sum + data.bad, 0)
  const requests = of('truth.cell').reduce((sum, { data }) => sum + data.requests, 0)
  const budget = (0.01 * requests * 30 * 24 * 3_600_000) / horizonMs
  const badToEnd = spells.reduce((sum, { badPerHour, t, toMs }) => sum + (badPerHour * (toMs - t)) / 3_600_000, bad)
  const failed = of('analysisRun.changed', run => isOurs(run) && ['Failed', 'Error'].includes(run.phase))
  const runs = failed.filter(({ data }, i) => failed.findIndex(({ data: { name } }) => name === data.name) === i)
  const aborts = of('rollout.aborted', abort => abort.actor === 'argo' && isOurs(abort))
  const unexplained = aborts.filter(({ seq }) => !failed.some(run => run.seq < seq))
  const blaming = [...of('detector.fired', ({ blames }) => blames === (hash ?? blames ?? '')), ...runs, ...unexplained]
  const alarms = blaming.map(({ t }) => t).filter(t => t <= horizonMs)
  const acts = [...aborts.map(one => ({ ...one, takenMs: one.t, what: 'abort' })), ...actsOf(events)]
  acts.sort((a, b) => a.seq - b.seq)
  const isByItself = ({ data }) => ['engine', 'argo'].includes(data.actor)
  const isRevert = ({ what }) => what === 'abort' || what === 'undo'
  const reverts = acts.filter(act => isRevert(act) && isOurs(act.data))
  const automatic = reverts.filter(isByItself)
  const isRemedy = act => truth.remedies.includes(act.what) && (isRevert(act) ? isOurs(act.data) : act.t >= onset)
  const rollout = of('rollout.changed')
  const last = rollout.at(-1)?.data
  const desired = isBad && (last === undefined || (last.currentHash === hash && !last.aborted))
  const recovered = touches[0] && !desired && !stillTouched && endMs - lastTouched >= 60_000 ? lastTouched : null
  const remedies = onset === null ? [] : acts.filter(isRemedy)
  const repairs = onset === null ? [] : acts.filter(({ what, t }) => what === 'fix' && t >= onset)
  const isInTime = ({ t }) => t <= (recovered ?? Infinity)
  const act = remedies.findLast(isInTime) ?? (recovered === null ? undefined : repairs.findLast(isInTime))
  const lastServing = shifts.findLastIndex(serves)
  const stopped = lastServing === -1 ? 0 : shifts[lastServing + 1]?.t
  const isRollout = act !== undefined && (isRevert(act) || act.what === 'fix')
  const effective = isRollout ? (stopped === undefined ? null : Math.max(stopped, act.t)) : (act?.takenMs ?? null)
  const fixes = of('release.updated', ({ release }) => !isBad || release === 'fix')
  const isFixed = ({ seq, data }) => fixes.some(f => f.seq < seq && f.data.podTemplateHash === data.currentHash)
  const inTheEnd = rollout.slice(rollout.findLastIndex(one => !isFixed(one)) + 1)
  const isHealthy = ({ data }) => data.phase === 'Healthy' && data.stableHash === data.currentHash
  const live = hash === undefined ? null : (inTheEnd.find(isHealthy)?.t ?? null)
  const remedied = truth.remedies.length === 0 ? { takenMs: onset } : (act ?? remedies[0] ?? repairs[0])
  const ends = [recovered, remedied?.takenMs ?? null, ...(hash === undefined ? [] : [live])]
  const resolved = isBad || onset === null ? live : ends.includes(null) ? null : Math.max(...ends)
  const isEarly = onset === null ? reverts.some(({ t }) => t <= horizonMs) : automatic.some(({ t }) => t < onset)
  const preempted = isBad && isEarly
  const signs = isBad ? alarms : of('page.sent').flatMap(({ t }) => (t >= beganMs ? t : []))
  const counting = signs.filter(t => t <= horizonMs && (!preempted || t >= onset)).map(t => Math.max(t, onset))
  const detected = onset === null || counting.length === 0 ? null : Math.min(...counting)
  const instants = { onset, detected, acted: act?.t ?? null, effective, recovered, resolved, horizonMs, endMs }
  const setUp = of('trial.invalidated').length === 0
  const isUsual = reason => ['', 'ContainerCreating', 'PodInitializing'].includes(reason)
  const isIll = ({ restarts, waitingReason }) => restarts > 0 || !isUsual(waitingReason)
  const sick = variant === 'twin' && !truths.get(scenario).disturbsPods && of('pod.changed', isIll).length > 0
  const isCalm = last === undefined ? hash === undefined : ['Healthy', 'Paused'].includes(last.phase)
  const endedWell = isCalm && !sick
  const deployed = hash !== undefined
  const inTime = ({ t }) => t <= horizonMs
  const reverted = automatic.some(inTime)
  const remedying = ['abort', 'undo', 'flagOff', 'scale', 'restart'].filter(one => !truth.remedies.includes(one))
  const wrong = acts.some(act => isByItself(act) && inTime(act) && remedying.includes(act.what))
  const humanActed = reverts.some(({ data }) => data.actor === 'human')
  const judged = { truth, setUp, endedWell, preempted, deployed, reverted, wrong, humanActed, alarms: alarms.length }
  return { ...events[0].data, ...instants, ...judged, bad, badToEnd, budget }
}

/** What was started and not refused; an abort has to have aborted something, and the release of a repair is a fix. */
function actsOf(events) {
  const starts = events.filter(({ type }) => type === 'operation.started')
  const answers = events.filter(({ type }) => type === 'operation.finished')
  const isSame = (a, b, keys) => keys.every(key => a.data[key] === b.data[key])
  const aims = ['operation', 'actor', 'podTemplateHash']
  return starts.flatMap(start => {
    const named = list => list.filter(one => one.data.effectId === start.data.effectId)
    const answer = named(answers)[named(starts).indexOf(start)]
    if (answer?.data.ok === false) return []
    const next = starts.find(one => one.seq > start.seq && isSame(one, start, aims))?.seq ?? Infinity
    const until = events.filter(({ seq }) => seq > start.seq && seq < next)
    const isAborted = until.some(one => one.type === 'rollout.aborted' && isSame(one, start, aims.slice(1)))
    if (start.data.operation === 'abort' && !isAborted) return []
    const release = until.find(one => one.type === 'release.updated')?.data.release
    const what = start.data.operation === 'release' && release === 'fix' ? 'fix' : start.data.operation
    return { ...start, what, takenMs: answer?.t ?? null }
  })
}

function isValid({ setUp, variant, nullRun }) {
  if (!setUp || nullRun === undefined) return setUp
  return nullRun.setUp && (variant === 'faulty' ? (nullRun.onset ?? Infinity) < nullRun.horizonMs : nullRun.endedWell)
}

function figures(all) {
  const of = variant => all.filter(trial => isValid(trial) && trial.variant === variant)
  const [faulty, twins] = [of('faulty'), of('twin').filter(({ deployed }) => deployed)]
  const calm = of('twin')
  const timed = faulty.filter(({ onset, horizonMs, preempted }) => (onset ?? Infinity) < horizonMs && !preempted)
  const allScares = all.filter(({ variant, deployed }) => variant === 'scare' && deployed)
  const alarmed = ({ alarms }) => alarms > 0
  const acted = ({ wrong }) => wrong
  const count = (list, holds) => list.filter(holds).length
  const share = (list, holds) => [count(list, holds), list.length]
  const claimed = ([k, n], of) => ({ ...wilson(k, n), claimHigh: n === 0 ? null : Math.max(...of.map(upper)) })
  const falseRate = holds => {
    const counts = [...Map.groupBy(allScares, t => t.scenario).values()].map(list => share(list.filter(isValid), holds))
    const order = ([k, n], [l, m]) => (l / m || 0) - (k / n || 0) || (n || Infinity) - (m || Infinity)
    const worst = counts.toSorted(order)[0] ?? [0, 0]
    return { twins: claimed(share(twins, holds), [share(twins, holds)]), worstScare: claimed(worst, counts) }
  }
  const isRight = ({ truth }) => truth.deploy === 'revert' && /abort|undo/.test(truth.remedies) && truth.rollbackSafe
  const recall = wilson(...share(faulty.filter(isRight), ({ reverted }) => reverted))
  const falseActionRate = falseRate(acted)
  const precision = (end, other) => 1 / (1 + (0.95 * falseActionRate.twins[other]) / (0.05 * recall[end]))
  const value = precision('value', 'value')
  const ends = { low: precision('low', 'high'), high: precision('high', 'low') }
  const pairs = (list, other) => list.map(t => [t, t[other]]).filter(([, run]) => run && isValid(run))
  const paired = (list, other, of) => ({ value: mean(pairs(list, other).map(([t, run]) => of(t, run) - of(run, run))) })
  const controls = list => ({ n: list.length, alarmed: count(list, alarmed), acted: count(list, acted) })
  return {
    faulty: {
      n: faulty.length,
      detected: count(faulty, ({ detected, preempted }) => detected !== null || preempted),
      preempted: count(faulty, ({ preempted }) => preempted),
      recovered: count(timed, ({ recovered }) => recovered !== null),
      resolved: count(faulty, ({ resolved }) => resolved !== null),
    },
    twins: controls(twins),
    scares: controls(allScares.filter(isValid)),
    incidents: controls(faulty.filter(({ truth, deployed }) => truth.deploy !== 'revert' && deployed)),
    humanActed: count([...twins, ...allScares.filter(isValid)], trial => trial.humanActed),
    recall,
    precisionAtCfr: Number.isNaN(value) ? { value } : { value, ...ends },
    alarmsPerHealthyHour: { value: mean(calm.map(t => t.alarms)) / mean(calm.map(t => t.horizonMs / 3_600_000)) },
    falsePositiveRate: falseRate(alarmed),
    falseActionRate,
    timeToDetectS: time(timed, 'detected', 'horizonMs'),
    fdrtS: { ...time(timed, 'recovered', 'endMs'), split: split(timed) },
    timeToResolveS: time(timed, 'resolved', 'endMs'),
    harm: {
      badRequests: paired(faulty, 'harmless', ({ bad }) => bad),
      badRequestsToEnd: paired(faulty, 'harmless', ({ badToEnd }) => badToEnd),
      controlBadRequests: paired([...calm, ...of('scare')], 'nullRun', ({ bad }) => bad),
      budgetBurn: paired(faulty, 'harmless', ({ bad }, { budget }) => bad / budget),
      goodReleaseMinutesLost: paired(twins, 'nullRun', t => Math.min(t.resolved ?? Infinity, t.horizonMs) / 60_000),
    },
  }
}

/** Kaplan and Meier's quantiles. Nobody is censored before the restricted mean's horizon, so that it is a plain mean. */
function time(list, to, until) {
  const ends = list.map(trial => ({ s: ((trial[to] ?? trial[until]) - trial.onset) / 1000, done: trial[to] !== null }))
  const done = ends.filter(end => end.done).map(({ s }) => s)
  const horizon = Math.min(...list.map(trial => (trial[until] - trial.onset) / 1000))
  let [surviving, median, p95] = [1, null, null]
  for (const at of [...new Set(done)].sort((a, b) => a - b)) {
    surviving *= 1 - done.filter(s => s === at).length / ends.filter(({ s }) => s >= at).length
    if (surviving <= 0.5 + 1e-9) median ??= at
    if (surviving <= 0.05 + 1e-9) p95 ??= at
  }
  const restrictedMean = { value: mean(ends.map(({ s }) => Math.min(s, horizon))) }
  return { median: { value: median }, p95: { value: p95 }, restrictedMean, censored: list.length - done.length }
}

function split(list) {
  const cut = Math.min(...list.map(({ endMs, onset }) => endMs - onset))
  const parts = list.map(({ onset, detected, acted, effective, recovered }) => {
    const marks = [Math.min(recovered ?? Infinity, onset + cut)]
    for (const t of [effective, acted, detected]) marks.unshift(Math.max(onset, Math.min(t ?? Infinity, marks[0])))
    return marks.map((t, i) => (t - (marks[i - 1] ?? onset)) / 1000)
  })
  const part = i => mean(parts.map(marks => marks[i]))
  return { detect: part(0), decide: part(1), execute: part(2), settle: part(3) }
}

/** Roots of (p - k/n)^2 = z^2 p (1 - p) / n; their product is that of its ends. */
function wilson(k, n) {
  const z2 = 1.959963984540054 ** 2
  const high = (k + z2 / 2 + Math.sqrt((k + z2 / 2) ** 2 - (n + z2) * ((k * k) / n))) / (n + z2)
  return { value: k / n, low: (k * k) / n / (n + z2) / high, high }
}

/** Upper bound of one of several rates: the p under which k or fewer of n have a chance of 5 %, or the rate's part of that. */
function upper([k, n], _, { length }) {
  if (k === n) return 1
  let [low, high] = [0, 1]
  for (let i = 0; i < 100; i++) {
    const p = (low + high) / 2
    let [logTerm, sum] = [n * Math.log1p(-p), 0]
    for (let j = 0; j <= k; j++) {
      sum += Math.exp(logTerm)
      logTerm += Math.log(((n - j) / (j + 1)) * (p / (1 - p)))
    }
    ;[low, high] = sum > 0.05 / length ? [p, high] : [low, p]
  }
  return low
}

/** What is not a number is null in JSON. */
function compare(path, stated, own) {
  if (own !== null && typeof own === 'object') {
    for (const key of Object.keys(own)) compare(`${path}.${key}`, stated?.[key], own[key])
    return
  }
  checked++
  const tolerance = /(median|p95)\.value$/.test(path) ? 0 : 1e-9 * Math.max(Math.abs(own), Math.abs(stated)) + 1e-13
  if (own === stated || (stated === null ? Number.isNaN(own) : Math.abs(own - stated) <= tolerance)) return
  differences++
  process.stdout.write(`${path}: summary.json says ${stated}, the logs say ${own}\n`)
}
