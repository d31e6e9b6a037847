import { expect, test } from 'vitest'
import { productionName, wrongNamespaces } from './refuse.ts'

test.each(['kube-system', 'kube-public', 'kube-node-lease', 'kube-flannel', 'default', 'argo-rollouts'])(
  'no trial runs in %s',
  name => {
    expect(wrongNamespaces([name])).toEqual([expect.stringContaining(`no trial runs in ${name}`)])
  },
)

test('every wrong name of a list is told, and one that is named twice', () => {
  expect(wrongNamespaces(['team-a', 'Team_B', 'default', 'team-a'])).toEqual([
    '`Team_B` is no name of a namespace',
    expect.stringContaining('default'),
    'team-a is named twice',
  ])
  expect(wrongNamespaces(['team-a', 'team-b'])).toEqual([])
})

test.each([
  [['prod']],
  [['eu-PROD-1']],
  [['kind', 'shop_prd_eu']],
  [['a', 'b', 'https://api.live.example.com:6443']],
  [['arn:aws:eks:eu-west-1:1:cluster/production2']],
])('%o looks like production', names => {
  expect(productionName(names)).toBe(names.at(-1))
})

test.each([[['kind-dev', 'https://127.0.0.1:6443']], [['product-catalogue', 'delivery', 'alive', 'reproduction']]])(
  '%o does not',
  names => {
    expect(productionName(names)).toBeUndefined()
  },
)
