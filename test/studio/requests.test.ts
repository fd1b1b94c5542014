import { once } from 'node:events'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { start, temporaryFolder } from '../cli/support.ts'
import { drawFrom } from '../support/random.ts'

const FILES = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte']

/** `espalier studio` beside a folder of data, which holds more than the four files. */
async function serve(args: readonly string[] = []) {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'private'))
  writeFileSync(join(folder, 'private/secret.txt'), 'secret')
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  symlinkSync('/etc/hostname', join(folder, 'link'))
  // As it lies there: packed or not, by a link or not.
  for (const name of FILES) writeFileSync(join(folder, name === FILES[1] ? name : `${name}.gz`), `the bytes of ${name}`)
  const { child, finished } = start(['studio', '--port', '0', ...args], undefined, { ESPALIER_DATA: folder })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [printed] = (await once(child.stdout, 'data')) as [Buffer]
  const url = new URL(printed.toString().trim())
  const port = Number(url.port)
  return {
    url,
    child,
    finished,
    get: (target: string, ...headers: string[]) => exchange(port, request(target, headers)),
    send: (bytes: string | Uint8Array) => exchange(port, bytes),
  }
}

const request = (target: string, headers: readonly string[], method = 'GET', host = 'Host: localhost') =>
  [`${method} ${target} HTTP/1.1`, ...(host === '' ? [] : [host]), ...headers, 'Connection: close', '', ''].join('\r\n')

interface Answer {
  /** 0 where the connection was closed without one. */
  readonly status: number
  readonly head: string
  readonly body: Buffer
}

/** Sends bytes as they are, and takes what comes until the server closes, or for a while where it waits for more. */
function exchange(port: number, bytes: string | Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    const end = () => {
      socket.destroy()
      const all = Buffer.concat(chunks)
      const split = all.indexOf('\r\n\r\n')
      const head = all.subarray(0, Math.max(split, 0)).toString('latin1')
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body: all.subarray(split + 4) })
    }
    socket.setTimeout(2000, end)
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('close', end)
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNREFUSED' ? reject(error) : end()))
  })
}

describe('espalier studio goes on after', () => {
  it('addresses that are none, each answered with 400', async () => {
    const { get } = await serve()
    const targets = [
      '//',
      '//[',
      '///',
      '//evil.example/',
      'http://a:99999/',
      'http://[',
      'ftp://x/',
      '*',
      'index.html',
      '?',
      '/%',
      '/%zz',
      '/%00',
      '/a%C3',
      '/\\..\\..',
    ]
    for (const target of targets) expect({ target, status: (await get(target)).status }).toEqual({ target, status: 400 })
    expect((await get('/')).status).toBe(200)
  })

  it('ranges that are none, each answered with 400, and sends the whole for those that are one', async () => {
    const { get } = await serve()
    const whole = (await get('/style.css')).body
    for (const path of ['/style.css', `/data/fashion-mnist/${FILES[0]}.gz`]) {
      for (const range of [
        'bytes=5-2',
        'bytes=',
        'bytes=-',
        'bytes=a-b',
        'bytes',
        'lines=1-2',
        'bytes=1-2,9-3',
        'bytes=--5',
        'bytes=1-2-3',
      ])
        expect({ range, status: (await get(path, `Range: ${range}`)).status }).toEqual({ range, status: 400 })
    }
    for (const range of ['bytes=0-9', 'bytes=3-', 'bytes=-5', 'bytes=99999999-', 'bytes=0-1,4-5']) {
      const { status, body } = await get('/style.css', `Range: ${range}`)
      expect(status).toBe(200)
      expect(body.equals(whole)).toBe(true)
    }
  })

  it('methods, headers and bytes of any kind, from a fixed seed', async () => {
    const { get, send, child } = await serve()
    const draw = drawFrom(16)
    const pick = <T>(list: readonly T[]): T => list[draw.index(list.length)] as T
    const parts = [
      '/',
      '//',
      '..',
      '%2e',
      '%',
      '[',
      ']',
      ':',
      '@',
      '\\',
      '?',
      '#',
      'data',
      'fashion-mnist',
      '\u00e9',
      ' ',
      '\t',
      '99999',
      'http:',
      'index.html',
      '%00',
      '%ff',
    ]
    const several = (list: readonly string[], most: number) => Array.from({ length: draw.index(most) }, () => pick(list)).join('')
    const headers = () =>
      pick([
        '',
        `Range: bytes=${several(['0', '5', '-', ',', '9', 'x'], 6)}`,
        `Accept-Encoding: ${several(['gzip', 'br', ';q=', '0', ',', '*', ';'], 6)}`,
        `If-None-Match: ${several(['"', 'W/', '*', 'x'], 5)}`,
        'Upgrade: websocket\r\nConnection: Upgrade',
        'Expect: 100-continue',
        'Expect: anything',
        'Transfer-Encoding: chunked\r\n\r\nzz',
        'Content-Length: 99999999999999999999',
        `Content-Length: ${pick(['-1', 'x', '5'])}`,
        `X: ${'x'.repeat(pick([1, 10_000, 100_000]))}`,
        `Host: ${several(['localhost', ':', '@', '[', '::1', ']', '/', 'evil'], 5)}`,
      ])
    for (let i = 0; i < 300; i++) {
      const method = pick(['GET', 'GET', 'HEAD', 'POST', 'CONNECT', 'OPTIONS', 'TRACE', 'PRI', 'get', ''])
      const host = pick(['Host: localhost', 'Host: localhost', '', 'Host: ', `Host: ${several(['[', ']', ':', '1', 'a', '@'], 4)}`])
      const text = request(several(parts, 5) || '/', [headers()], method, host)
      const bytes = Uint8Array.from(Buffer.from(text, 'utf8'))
      if (i % 3 === 0) for (let n = draw.index(4); n >= 0; n--) bytes[draw.index(bytes.length)] = draw.index(256)
      const cut = i % 7 === 0 ? draw.index(bytes.length) : bytes.length
      // What is cut off may be waited for; the others are answered, or closed.
      if (cut < bytes.length) void send(bytes.subarray(0, cut)).catch(() => undefined)
      else await send(bytes)
      if (i % 20 === 0) expect((await get('/')).status).toBe(200)
    }
    expect((await get('/')).status).toBe(200)
    expect(child.exitCode).toBeNull()
  })

  it('readers that leave in the middle, and a file that is gone', async () => {
    const { url, get, child } = await serve()
    for (let i = 0; i < 30; i++) {
      const socket = connect(Number(url.port), '127.0.0.1')
      await once(socket, 'connect')
      socket.write(request(`/${i % 2 === 0 ? 'engine.js' : `data/fashion-mnist/${FILES[0]}.gz`}`, []))
      socket.resetAndDestroy()
    }
    expect((await get('/')).status).toBe(200)
    expect(child.exitCode).toBeNull()
  })
})

describe('espalier studio serves', () => {
  it('the four files of Fashion-MNIST and no others of their folder', async () => {
    const { get } = await serve()
    for (const name of FILES) expect((await get(`/data/fashion-mnist/${name}.gz`)).body.toString()).toBe(`the bytes of ${name}`)
    for (const path of [
      'secret.txt',
      'private/secret.txt',
      'link',
      '',
      'private/',
      '../fashion-mnist/secret.txt',
      'private',
      `${FILES[0]}`,
    ])
      expect({ path, status: (await get(`/data/fashion-mnist/${path}`)).status }).toEqual({ path, status: 404 })
  })

  it('gzip to who takes it, of the same bytes', async () => {
    const { get } = await serve()
    const plain = await get('/page.js')
    expect(plain.head).not.toMatch(/content-encoding/i)
    for (const accepted of ['gzip', 'br, gzip', 'deflate, gzip;q=0.5', '*']) {
      const packed = await get('/page.js', `Accept-Encoding: ${accepted}`)
      expect(packed.head).toMatch(/content-encoding: gzip/i)
      expect(packed.head).toMatch(/vary: accept-encoding/i)
      expect(packed.body.length).toBeLessThan(plain.body.length / 2)
      expect(gunzipSync(packed.body).equals(plain.body)).toBe(true)
    }
    for (const accepted of ['br', 'gzip;q=0', '*;q=0', 'identity']) {
      expect((await get('/page.js', `Accept-Encoding: ${accepted}`)).head).not.toMatch(/content-encoding/i)
    }
  })

  it('nothing anew to who has it', async () => {
    const { get } = await serve()
    for (const path of ['/page.js', `/data/fashion-mnist/${FILES[0]}.gz`]) {
      const etag = /etag: (\S+)/i.exec((await get(path)).head)?.[1]
      expect(await get(path, `If-None-Match: ${etag}`)).toMatchObject({ status: 304, body: Buffer.alloc(0) })
    }
  })
})

describe('espalier studio answers to', () => {
  const status = async (send: (bytes: string) => Promise<Answer>, host: string) =>
    (await send(request('/', [], 'GET', host === '' ? '' : `Host: ${host}`))).status

  it('the names of its machine, with any port, and to no other', async () => {
    const { send } = await serve()
    for (const host of [
      'localhost',
      'LOCALHOST:1',
      'localhost:8470',
      '127.0.0.1',
      '127.0.0.1:65535',
      '127.9.9.9',
      '[::1]',
      '[::1]:80',
      '[0:0:0:0:0:0:0:1]',
      '[::ffff:127.0.0.1]',
    ])
      expect({ host, status: await status(send, host) }).toEqual({ host, status: 200 })
    for (const host of [
      'evil.example',
      'evil.example:8470',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '192.168.1.5',
      '10.0.0.1:80',
      '[2001:db8::1]',
      '0.0.0.0',
      'a',
    ])
      expect({ host, status: await status(send, host) }).toEqual({ host, status: 403 })
    for (const host of ['', ' ', 'localhost:99999', 'evil@localhost', 'localhost/', '[::1', '[localhost]', ':80', 'local host', 'a:b'])
      expect({ host, status: await status(send, host) }).toEqual({ host, status: 400 })
    const twice = await send(request('/', ['Host: evil.example']))
    expect(twice.status).toBe(400)
  })

  it('addresses in numbers too, where it was told to listen on all, but to no name of others', async () => {
    const { send } = await serve(['--host', '0.0.0.0'])
    for (const host of ['192.168.1.5:8470', '[2001:db8::1]', 'localhost'])
      expect({ host, status: await status(send, host) }).toEqual({ host, status: 200 })
    expect(await status(send, 'evil.example')).toBe(403)
  })
})
