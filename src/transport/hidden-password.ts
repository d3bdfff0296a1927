import type { BrokerAddress } from '../protocol/broker-url.ts';

/** The same address, whose password can be read but is not shown by `console.log` or written by `JSON.stringify`. */
export function withHiddenPassword(address: BrokerAddress): BrokerAddress {
  return Object.defineProperty({ ...address }, 'password', { value: address.password, enumerable: false });
}
