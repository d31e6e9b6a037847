import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { noOrders, type Orders } from './orders.ts'
import { createRecordPort } from './record-port.ts'

const record = { startedMs: 1, firstTouchedMs: null, lastTouchedMs: null, seconds: [] }

let server: Server
let port: number
let followed: Orders[]

beforeEach(async () => {
  followed = []
  server = createRecordPort({
    recordSince: second => ({ ...record, seconds: [[second, 1, 0, 0]] }),
    follow: orders => followed.push(orders),
    exit: () => undefined,
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})

afterEach(() => void server.close())

const post = (body: string) =>
  fetch(`http://127.0.0.1:${port}/record?since=7`, { method: 'POST', body }).then(async answer => ({
    status: answer.status,
    text: await answer.text(),
  }))

test('orders are followed, and answered with the record', async () => {
  const orders = { ...noOrders, errorRatio: 0.5 }
  const { status, text } = await post(JSON.stringify(orders))
  expect({ status, record: JSON.parse(text) }).toEqual({ status: 200, record: { ...record, seconds: [[7, 1, 0, 0]] } })
  expect(followed).toEqual([orders])
})

test.each(['', '{"behaviour":{},"err', 'null', '{}', JSON.stringify({ ...noOrders, quieted: null })])(
  'a garbled body is answered 400 and changes nothing: %s',
  async body => {
    expect(await post(body)).toMatchObject({ status: 400 })
    expect(followed).toEqual([])
  },
)

test('a request that is cut, or asks for no path, ends nothing', async () => {
  for (const text of [
    'POST /record HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n{"behav',
    'GET // HTTP/1.1\r\nHost: a\r\n\r\n',
  ]) {
    const client = connect(port, '127.0.0.1')
    client.on('error', () => undefined).end(text)
    await once(client.resume(), 'close')
  }
  expect(await post(JSON.stringify(noOrders))).toMatchObject({ status: 200 })
})
