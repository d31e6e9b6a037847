import { createServer, type Server } from 'node:http'
import { json } from 'node:stream/consumers'
import { noOrders, type Orders } from './orders.ts'
import type { PodRecord } from './record.ts'

export interface RecordPortSetting {
  readonly recordSince: (fromSecond: number) => PodRecord
  readonly follow: (orders: Orders) => void
  readonly exit: () => void
}

/** Answers the harness with the record, and takes its orders. A request that is cut or garbled is answered 400 and changes nothing. */
export function createRecordPort({ recordSince, follow, exit }: RecordPortSetting): Server {
  return createServer(async (request, response) => {
    try {
      const { pathname, searchParams } = new URL(`http://localhost${request.url}`)
      const fromSecond = Number(searchParams.get('since') ?? 0)
      if (request.method === 'POST' && pathname === '/exit') exit()
      else if (request.method === 'POST') follow(readOrders(await json(request)))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(recordSince(fromSecond)))
    } catch {
      response.writeHead(400).end()
    }
  })
}

/** @throws for anything that is no orders */
function readOrders(read: unknown): Orders {
  const orders = read as Orders
  const wrong = Object.entries(noOrders).find(([key, value]) => typeof orders[key as keyof Orders] !== typeof value)
  if (wrong !== undefined || !Array.isArray(orders.quieted)) throw new TypeError('these are no orders')
  return orders
}
