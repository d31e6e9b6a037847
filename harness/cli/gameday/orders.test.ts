import { expect, test } from 'vitest'
import { createDesk, type Desk } from './desk.ts'
import { completed, helpLines, parseOrder } from './orders.ts'

const calm = createDesk()
const paged: Desk = { ...createDesk(), pages: 1, unanswered: 1 }
const question = (number: number, isOpen = true) => ({
  number,
  effectId: `e${number}`,
  action: `scale ${number}`,
  askedMs: 0,
  isOpen,
})
const asked: Desk = { ...createDesk(), questions: [question(1, false), question(2), question(3)] }
const deeds = (...all: object[]) => ({ order: 'deeds', deeds: all })
const operate = (operation: string, rest = {}) => ({ deed: 'operate', operation, ...rest })
const rollback = { deed: 'person.decided', decision: 'rollback' }

test.each<[string, Desk, object | undefined]>([
  ['', calm, undefined],
  ['  ', calm, undefined],
  ['ack', paged, deeds({ deed: 'page.acknowledged' })],
  ['AC', paged, deeds({ deed: 'page.acknowledged' })],
  ['abort', calm, deeds(operate('abort'))],
  ['abort', paged, deeds(rollback, operate('abort'))],
  ['ab', paged, deeds(rollback, operate('abort'))],
  ['undo', paged, deeds(rollback, operate('undo'))],
  ['promote', paged, deeds({ deed: 'person.decided', decision: 'wait' }, operate('promote'))],
  ['retry', paged, deeds(operate('retry'))],
  ['hold', calm, deeds(operate('hold'))],
  ['scale 12', calm, deeds(operate('scale', { replicas: 12 }))],
  ['restart', calm, deeds(operate('restart'))],
  ['restart checkout-1', calm, deeds(operate('restartPod', { pod: 'checkout-1' }))],
  ['flag off', calm, deeds(operate('flagOff'))],
  ['approve 2', asked, deeds({ deed: 'approval.answered', effectId: 'e2', answer: 'approved' })],
  ['reject 3', asked, deeds({ deed: 'approval.answered', effectId: 'e3', answer: 'rejected' })],
  [
    'approve',
    { ...calm, questions: [question(4)] },
    deeds({ deed: 'approval.answered', effectId: 'e4', answer: 'approved' }),
  ],
  ['cause bad  env value', calm, { order: 'cause', text: 'bad env value' }],
  ['note we wait', calm, { order: 'note', text: 'we wait' }],
  ['look', calm, { order: 'look', sight: 'objects', service: undefined }],
  ['look l payments', calm, { order: 'look', sight: 'logs', service: 'payments' }],
  ['inject latency', calm, { order: 'inject', scenario: 'latency' }],
  ['sp 10', calm, { order: 'speed', factor: 10 }],
  ['pause', calm, { order: 'pause' }],
  ['Stop', calm, { order: 'stop' }],
  ['?', calm, { order: 'help' }],
])('%j is understood', (line, desk, order) => {
  expect(parseOrder(line, desk)).toEqual(order)
})

test.each<[string, Desk, RegExp]>([
  ['abrot', calm, /there is no word `abrot`; did you mean `abort`\?/],
  ['a', calm, /`a` may be ack or abort or approve/],
  ['xyzzy', calm, /there are ack, look, abort/],
  ['ack', calm, /nobody was paged/],
  ['ack', { ...paged, unanswered: 0 }, /all pages are taken/],
  ['abort now', calm, /stands alone/],
  ['scale', calm, /whole number of replicas/],
  ['scale 0', calm, /whole number of replicas/],
  ['scale 2 3', calm, /whole number of replicas/],
  ['approve', asked, /say which: 2: scale 2; 3: scale 3/],
  ['approve 1', asked, /say which/],
  ['reject 1', calm, /the engine asks nothing/],
  ['st', calm, /type `stop` in full/],
  ['stop it', calm, /`stop` stands alone/],
  ['pause now', calm, /`pause` stands alone/],
  ['flag on', calm, /type: flag off/],
  ['cause', calm, /say it: cause WORDS/],
  ['fix', calm, /say first what is wrong/],
  ['look metrix', calm, /did you mean `metrics`\?/],
  ['inject', calm, /name one scenario/],
  ['speed 0', calm, /0\.1 to 1000/],
  ['speed', calm, /0\.1 to 1000/],
])('%j is refused with what is right', (line, desk, why) => {
  expect(parseOrder(line, desk)).toEqual({ order: 'refused', why: expect.stringMatching(why) })
})

test('a beginning is completed where only one word begins so', () => {
  expect(['pau', 'a', 'zz', ''].map(completed)).toEqual(['pause ', 'a', 'zz', ''])
})

test('help fits a terminal of 80 columns', () => {
  expect(helpLines().filter(line => line.length > 79)).toEqual([])
})
