import { GiveUp } from '../../errors.ts'
import type { Wish } from './driver.ts'

/** @throws GiveUp for another port: what tells the host of its servers there has room for addresses only */
export const onPort53 = ({ address, port }: Wish['server'], what: string): string => {
  if (port === 53) return address
  throw new GiveUp(
    `${what} can't name a port, so host.server ${address}:${port} is of no use there: ` +
      'host.server must listen at port 53 (K2s: 172.19.1.100 or 172.21.0.10)',
  )
}
