import { describe, expect, it } from 'vitest'
import type { PodLook, VersionLook } from '../../harness/model/look.ts'
import { addPods, aloneEvidence, createPodEvidence, forgetPods, type PodEvidence, weakestPod } from './pod-evidence.ts'

const planned = 360

function version(hash: string, pods: readonly PodLook[]): VersionLook {
  const sum = (of: (pod: PodLook) => number) => pods.reduce((total, pod) => total + of(pod), 0)
  const counts = { requests: sum(pod => pod.requests), errors: sum(pod => pod.errors) }
  return { podTemplateHash: hash, pods: pods.length, ...counts, latency: [], inFlight: 0, byPod: pods }
}

const pod = (name: string, errors = 0, slow = 0, requests = 50): PodLook => ({ pod: name, requests, errors, slow })
const stable = version('stable', [pod('s1', 1), pod('s2', 0), pod('s3', 0), pod('s4', 1)])

function show(evidence: PodEvidence, pods: readonly PodLook[], looks: number): PodEvidence {
  for (let i = 0; i < looks; i++) addPods(evidence, version('judged', pods), stable, 1.3, planned)
  return evidence
}

describe('evidence by pod', () => {
  it('stands without the worst pod when all fail alike', () => {
    const evidence = show(createPodEvidence(), [pod('a', 5), pod('b', 6)], 6)
    const weakest = weakestPod(evidence.errors)!
    expect(weakest.pod).toBe('b')
    expect(weakest.rest).toBeGreaterThan(Math.log(20))
    expect(weakest.rest).toBeLessThan(weakest.all)
    expect(aloneEvidence(evidence, 'b')).toBeLessThan(0)
  })

  it('falls with the one pod that fails, and tells it from its siblings', () => {
    const evidence = show(createPodEvidence(), [pod('a'), pod('b', 20), pod('c')], 6)
    const weakest = weakestPod(evidence.errors)!
    expect(weakest.pod).toBe('b')
    expect(weakest.all).toBeGreaterThan(Math.log(100))
    expect(weakest.rest).toBeLessThan(0)
    expect(aloneEvidence(evidence, 'b')).toBeGreaterThan(Math.log(100))
    expect(aloneEvidence(evidence, 'a')).toBeLessThanOrEqual(0)
  })

  it('has what came before a pod without that pod', () => {
    const evidence = show(createPodEvidence(), [pod('a', 6), pod('b', 6)], 6)
    const before = weakestPod(evidence.errors)!.all
    show(evidence, [pod('a'), pod('b'), pod('late')], 1)
    expect(evidence.errors.without['late']!.looks).toBe(7)
    expect(weakestPod(evidence.errors)!.all).toBeLessThan(before)
    expect(weakestPod(evidence.errors)!.pod).not.toBe('late')
  })

  it('counts slow requests apart from errors', () => {
    const evidence = show(createPodEvidence(), [pod('a', 0, 10), pod('b', 0, 10)], 6)
    expect(weakestPod(evidence.bad)!.rest).toBeGreaterThan(Math.log(100))
    expect(weakestPod(evidence.errors)!.all).toBeLessThan(0)
  })

  it('knows nothing where pods are not told apart, nor when it has forgotten', () => {
    const evidence = createPodEvidence()
    addPods(evidence, { ...version('judged', [pod('a', 9)]), byPod: [] }, stable, 1.3, planned)
    expect(weakestPod(evidence.errors)).toBeUndefined()
    show(evidence, [pod('a'), pod('b', 20)], 6)
    forgetPods(evidence)
    expect(weakestPod(evidence.errors)).toMatchObject({ rest: 0, all: 0 })
    expect(aloneEvidence(evidence, 'b')).toBeLessThanOrEqual(0)
  })
})
