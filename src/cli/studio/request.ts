// Checks the requests that the studio's server receives.

import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { hostname } from 'node:os'

/** Every address of this machine alone; also as IPv6 writes those of IPv4. */
function loopback(): BlockList {
  const list = new BlockList()
  list.addSubnet('127.0.0.0', 8)
  list.addAddress('::1', 'ipv6')
  return list
}

/** The name in a Host header, as browsers write it: `localhost`, `127.0.0.1`, `::1`; undefined where the header is none. */
function nameOf(host: string): string | undefined {
  if (!/^(\[[0-9a-f:.]+\]|[^\s:/?#@[\]\\]+)(:\d*)?$/i.test(host) || !URL.canParse(`http://${host}`)) return undefined
  return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '')
}

/** The Host of a request, which must say one. */
function hostOf({ rawHeaders, headers }: IncomingMessage): string | undefined {
  const count = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length
  return count === 1 ? headers.host : undefined
}

/**
 * A page elsewhere may have its own name answered with this machine's address, and then read what is served here. So a request must name a
 * host that no one else can give an address: this machine's own names, and the address the server listens on; for a server that listens
 * on every address, all addresses in numbers and the machine's own name.
 * @param listensOn the name or address the server listens on
 * @returns whether a request is for this server; undefined where its Host is none
 */
export function hostCheck(listensOn: string): (request: IncomingMessage) => boolean | undefined {
  const own = loopback()
  const said = nameOf(isIP(listensOn) === 6 ? `[${listensOn}]` : listensOn)
  const everywhere = said === '0.0.0.0' || said === '::'
  return (request) => {
    const name = nameOf(hostOf(request) ?? '')
    if (name === undefined) return undefined
    if (name === 'localhost' || name === said) return true
    const family = isIP(name)
    if (family === 0) return everywhere && name === hostname().toLowerCase()
    return everywhere || own.check(name, family === 6 ? 'ipv6' : 'ipv4')
  }
}

/** The path a request asks for, without its query; undefined where it is none. */
export function pathOf(url = ''): string | undefined {
  const [path = ''] = url.split(/[?#]/)
  // Two slashes would begin the name of a host.
  if (!path.startsWith('/') || path.startsWith('//') || path.includes('\\')) return undefined
  try {
    const decoded = decodeURIComponent(path)
    return decoded.includes('\0') ? undefined : decoded
  } catch {
    return undefined
  }
}

/** Whether a Range is one: `bytes=0-99`, `bytes=100-`, `bytes=-100`, or several. It is not needed, and everything is sent all the same. */
export function isRange(range: string): boolean {
  const parts = /^bytes=(.+)$/.exec(range)?.[1]?.split(',') ?? []
  return (
    parts.length > 0 &&
    parts.every((part) => {
      const [, first, last] = /^\s*(\d*)-(\d*)\s*$/.exec(part) ?? []
      if (first === undefined || last === undefined || first + last === '') return false
      return first === '' || last === '' || Number(first) <= Number(last)
    })
  )
}
