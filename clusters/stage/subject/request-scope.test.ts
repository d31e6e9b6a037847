import { expect, test } from 'vitest'
import { harmless } from '../../../harness/model/behaviour.ts'
import { isInScope, requestScope } from './request-scope.ts'

test.each([
  ['/refund', { 'x-tenant': 'acme' }, { route: 'refund', tenant: 'acme' }],
  ['/pay/17?currency=EUR', {}, { route: 'pay', tenant: '' }],
  ['/?q=1', {}, { route: '', tenant: '' }],
  ['*', {}, { route: '', tenant: '' }],
  [undefined, {}, { route: '', tenant: '' }],
])('%s with %j', (url, headers, expected) => {
  expect(requestScope({ url, headers })).toEqual(expected)
})

test.each([
  ['', '', true],
  ['refund', '', true],
  ['', 'acme', true],
  ['refund', 'acme', true],
  ['pay', '', false],
  ['refund', 'globex', false],
  ['pay', 'acme', false],
])('a fault of route %j and tenant %j meets a refund of acme: %s', (route, tenant, expected) => {
  expect(isInScope({ ...harmless, route, tenant }, { route: 'refund', tenant: 'acme' })).toBe(expected)
})
