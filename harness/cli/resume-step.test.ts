import { expect, test } from 'vitest'
import { resumeStep } from './resume-step.ts'

test.each([
  [['run', '--suite', 'quick'], 'run --suite quick --out runs/quick-1 --resume'],
  [['run', '--out', 'x', '--resume'], 'run --out x --resume'],
  [['run', '--until-decided', '--out', 'x'], 'run --until-decided --out x --resume'],
  [['run', '--out=x'], 'run --out=x --resume'],
  [['run', '--criterion', 'L1 recall >= 95%'], "run --criterion 'L1 recall >= 95%' --out runs/quick-1 --resume"],
])('%j goes on with `%s`', (typed, command) => {
  expect(resumeStep(typed, 'runs/quick-1', '').command).toBe(command)
})
