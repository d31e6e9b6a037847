import { expect, test } from 'vitest'
import { summary } from '../../reports/fixtures/summary.ts'
import { afterComparison, afterPractice, afterPromotion, afterShow, renderSteps } from './next-steps.ts'

const { dir } = summary.artifacts
const commands = (steps: readonly { readonly command: string }[]) => steps.map(({ command }) => command)

test('a shown promotion is tried at its own step, and copied', () => {
  expect(commands(afterShow('promotion', 'l3', 'L3'))).toEqual([
    'promote --policy careful --from L2 --to L3 --promotion l3',
    'show promotion l3 --output yaml > my-promotion.yaml',
  ])
})

test('a promotion is followed by the worst trial of its run, and a cluster only where it holds', () => {
  const [worst] = summary.findings
  expect(commands(afterPromotion(summary, 'fail', 'careful'))).toEqual([`show ${dir} ${worst!.trial}`])
  expect(commands(afterPromotion(summary, 'pass', 'my policy.yaml')).at(-1)).toBe(
    "run --suite kind-smoke --policy 'my policy.yaml'",
  )
})

test('a comparison and a page of practice name the run to look at', () => {
  expect(commands(afterComparison('runs/a b'))).toEqual(["show 'runs/a b'"])
  expect(renderSteps(afterPractice('runs/p-1'), 'carmine')).toBe(
    'next: the page again, to a file\n  carmine report runs/p-1 --practice --out practice.md\nor: the run that it is made from\n  carmine show runs/p-1\n',
  )
})
