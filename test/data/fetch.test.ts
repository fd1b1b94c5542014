import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DownloadProgress } from '../../src/data/download.ts'
import { DataUnavailableError } from '../../src/data/errors.ts'
import { fashionMnistFileNames } from '../../src/data/fashion-mnist.ts'
import { fetchFashionMnist } from '../../src/data/node/fetch.ts'
import { fashionMnistPaths, findFashionMnist } from '../../src/data/node/find.ts'
import { gzip, idxBytes } from './build.ts'
import { fashionFolder, fashionReason } from './fashion.ts'

let home: string
let server: Server | undefined

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'espalier-'))
  vi.stubEnv('XDG_CACHE_HOME', home)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  server?.closeAllConnections()
  server?.close()
  server = undefined
  await rm(home, { recursive: true })
})

/** A server on this machine; answers its address. */
async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener)
  server = started
  await new Promise<void>((resolve) => {
    started.listen(0, '127.0.0.1', resolve)
  })
  const address = started.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}/mirror`
}

/** Everything that lies in the cache, so that nothing half-written can hide. */
const leftBehind = async () => (await readdir(home, { recursive: true })).sort()

describe('fetchFashionMnist', () => {
  it.each([
    ['is not there', (_request, response) => response.writeHead(404).end(), /train-labels-idx1-ubyte\.gz: the server answered 404/],
    ['is a page', (_request, response) => response.end('<!doctype html>'), /magic number is 0x3c21646f/],
    [
      'is cut short',
      (_request, response) => response.end(gzip(idxBytes([60000], new Array(60000).fill(1))).subarray(0, 50)),
      /gzip data is truncated/,
    ],
    ['is another', (_request, response) => response.end(gzip(idxBytes([2], [1, 2]))), /SHA-256/],
    [
      'breaks off',
      (_request, response) => response.writeHead(200, { 'content-length': '99' }).write('x', () => response.destroy()),
      /train-labels/,
    ],
  ] as [string, RequestListener, RegExp][])('refuses a file that %s, and leaves nothing behind', async (_, listener, message) => {
    const mirror = await serve(listener)
    const fetched = fetchFashionMnist({ mirrors: [mirror], apt: false })
    await expect(fetched).rejects.toThrow(message)
    await expect(fetched).rejects.toThrow(DataUnavailableError)
    await expect(fetched).rejects.toThrow(/ESPALIER_DATA/)
    expect(await leftBehind()).toEqual(['espalier'])
  })

  it('says what every route answered', async () => {
    const mirror = await serve((_request, response) => response.writeHead(503).end())
    const fetched = fetchFashionMnist({ mirrors: ['http://127.0.0.1:1/', mirror], apt: false })
    await expect(fetched).rejects.toThrow(/127\.0\.0\.1:1\/[\s\S]*503/)
  })

  it('stops when aborted, leaving nothing behind', async () => {
    const controller = new AbortController()
    const mirror = await serve((_request, response) => {
      response.writeHead(200).write('x', () => controller.abort(new Error('enough')))
    })
    await expect(fetchFashionMnist({ mirrors: [mirror], signal: controller.signal })).rejects.toThrow('enough')
    expect(await leftBehind()).toEqual(['espalier'])
  })

  it.skipIf(fashionFolder === undefined)(
    `takes the first mirror that has the files, and does not fetch them twice${fashionReason}`,
    async () => {
      const paths = await fashionMnistPaths(fashionFolder ?? '')
      let requests = 0
      const mirror = await serve((request, response) => {
        requests++
        const file = fashionMnistFileNames.find((name) => request.url === `/mirror/${name}.gz`)
        const path = file && paths.get(file)
        if (!path) throw new Error(`unexpected request for ${request.url}`)
        void readFile(path).then((bytes) => response.setHeader('content-length', bytes.length).end(bytes))
      })
      const seen: DownloadProgress[] = []
      const target = join(home, 'espalier/fashion-mnist')
      expect(await fetchFashionMnist({ mirrors: ['http://127.0.0.1:1/', mirror], apt: false, onProgress: (p) => seen.push(p) })).toBe(
        target,
      )
      expect(await leftBehind()).toEqual([
        'espalier',
        'espalier/fashion-mnist',
        ...fashionMnistFileNames.map((f) => `espalier/fashion-mnist/${f}.gz`).sort(),
      ])
      expect(new Set(seen.map(({ file }) => file)).size).toBe(4)
      expect(seen.at(-1)).toMatchObject({ file: 'train-images-idx3-ubyte.gz', loaded: seen.at(-1)?.total })

      expect(await fetchFashionMnist({ mirrors: [mirror], apt: false })).toBe(target)
      expect(requests).toBe(4)
      await writeFile(join(target, 'train-labels-idx1-ubyte.gz'), 'damaged')
      expect(await fetchFashionMnist({ mirrors: [mirror], apt: false })).toBe(target)
      expect(requests).toBe(8)
    },
  )
})

describe('findFashionMnist', () => {
  const fill = async (folder: string, ending: string) => {
    await mkdir(folder, { recursive: true })
    for (const file of fashionMnistFileNames) await writeFile(join(folder, `${file}${ending}`), '')
  }

  it('looks in a folder given, and nowhere else', async () => {
    const folder = join(home, 'given')
    await expect(findFashionMnist({ folder })).rejects.toThrow(DataUnavailableError)
    await fill(folder, '.gz')
    expect(await findFashionMnist({ folder })).toBe(folder)
  })

  it('looks in ESPALIER_DATA, in its folder of that name first, packed or not', async () => {
    vi.stubEnv('ESPALIER_DATA', home)
    await fill(home, '')
    expect(await findFashionMnist()).toBe(home)
    await fill(join(home, 'fashion-mnist'), '.gz')
    expect(await findFashionMnist()).toBe(join(home, 'fashion-mnist'))
  })

  it('passes over a folder where a file is missing', async () => {
    vi.stubEnv('ESPALIER_DATA', home)
    await fill(join(home, 'fashion-mnist'), '.gz')
    await rm(join(home, 'fashion-mnist/train-images-idx3-ubyte.gz'))
    expect(await findFashionMnist()).not.toBe(join(home, 'fashion-mnist'))
  })
})
