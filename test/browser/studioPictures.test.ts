import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parseIdx } from 'espalier'
import { strToU8, unzipSync, zipSync } from 'fflate'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { bmp, drawn, stripes, writeFolder } from '../support/pictures.ts'
import { type StudioProcess, StudioTab, startStudio } from '../support/studio.ts'

// It learns for real, and other programs may be running.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

/** Pictures on page one: no network without convolutions, and no straight line, tells these apart. */
describeInBrowser('pictures in the studio', () => {
  let server: StudioProcess
  let browser: Browser
  let folder: string
  let tab: StudioTab
  /** Of the picture that is brought. */
  let said: string

  /** What ends by itself before it is stopped is done. */
  const stopped = () =>
    tab.page.waitForFunction(() => /Stopped|Done/.test(document.querySelector('.answer-head .state')?.textContent ?? ''), { polling: 50 })

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'espalier-pictures-'))
    server = await startStudio()
    browser = await launchChromium()
    tab = await StudioTab.open(browser, server.url, join(folder, 'downloads'))
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('answers a ZIP archive of them: whether a network helps, what matters, and what a picture of yours is', async () => {
    const draw = drawn(7)
    const files = Object.fromEntries(
      ['lying', 'standing'].flatMap((name, label) =>
        Array.from({ length: 60 }, (_, i) => [`all/${name}/${i}.bmp`, stripes(label === 0, draw)]),
      ),
    )
    await writeFile(
      join(folder, 'stripes.zip'),
      zipSync({ ...files, 'all/readme.txt': new Uint8Array(3), '__MACOSX/all/._1.bmp': new Uint8Array(3) }),
    )
    await writeFile(join(folder, 'fresh.bmp'), stripes(false, drawn(99)))
    await writeFile(
      join(folder, 'black.bmp'),
      bmp(16, () => [0, 0, 0]),
    )
    await writeFile(join(folder, 'no.bmp'), 'no picture')
    await tab.drop(join(folder, 'stripes.zip'))
    await tab.sees('always guessing “lying”')
    await tab.sees('1 other file is left out.')
    await tab.page.waitForFunction(
      () =>
        /yes: it beats a straight line/i.test(document.body.innerText) &&
        // Before the dense network comes near, or after.
        /Networks with convolutions (do better than|and) a dense one( cannot be told apart)?\./.test(document.body.innerText) &&
        document.querySelectorAll('.regions li').length === 9,
      { timeout: 60_000 },
    )
    await tab.press('Stop')
    await stopped()
    expect(await tab.text('section[aria-labelledby=help]')).toMatch(
      /Yes: it beats a straight line\.(9\d|100) % right on pictures it never saw \(.*a straight line: [3-6]\d %/,
    )
    // A dense network that has had more turns since may have come near.
    expect(await tab.text('section[aria-labelledby=matters]')).toMatch(
      /Networks with convolutions (do better than|and) a dense one( cannot be told apart)?\./,
    )
    const bring = async (name: string) => {
      const input = await tab.page.waitForSelector('section[aria-labelledby=try] input[type=file]')
      await input?.uploadFile(join(folder, name))
    }
    await bring('fresh.bmp')
    await tab.page.waitForSelector('canvas[aria-label="your picture"]')
    said = await tab.text('section[aria-labelledby=try] .short')
    expect(said).toMatch(/^standing, with a chance of/)
    expect(await tab.page.evaluate(() => document.body.innerText.includes('Outside what was seen'))).toBe(false)
    await bring('black.bmp')
    await tab.sees('Outside what was seen')
    await bring('no.bmp')
    await tab.sees('no.bmp cannot be read as a picture')
    await tab.unfold('Show the evidence')
    await tab.sees('What is taken for what')
    expect(await tab.violations()).toEqual([])
    expect(await tab.overflow(390, 1280)).toEqual([0, 0])
    await tab.photograph('pictures', StudioTab.few)
  })

  it('gives the networks away, and the pictures as networks see them', async () => {
    await tab.unfold('Take it with you')
    const idx = await tab.save('IDX: the pictures as networks see them: images and labels', join(folder, 'downloads'))
    const { shape } = await parseIdx(unzipSync(idx.content)['stripes.zip-images.idx'] ?? new Uint8Array())
    expect(shape).toEqual([120, 16, 16])
    const onnx = await tab.save('ONNX: one of the networks, for other programs', join(folder, 'downloads'))
    expect(onnx.content.toString('latin1')).toContain('Conv')
    const card = await tab.save('Model card: what it is, how it was judged (Markdown)', join(folder, 'downloads'))
    expect(card.content.toString()).toMatch(/\| accuracy \| (0\.9\d*|1) \|/)
  })

  it('takes a folder, in colours, at the size that is chosen, and answers again after a reload', async () => {
    const draw = drawn(3)
    const colors = [
      [200, 40, 40],
      [40, 200, 40],
      [40, 40, 200],
    ] as const
    await writeFolder(join(folder, 'paint'), ['blue', 'green', 'red'], 20, (label) =>
      bmp(20, () => (colors[2 - label] ?? colors[0]).map((own) => Math.round(own * (0.7 + 0.3 * draw()))) as [number, number, number]),
    )
    await writeFile(join(folder, 'paint', 'red', 'broken.png'), 'no picture')
    await tab.press('Start over', 'link')
    const input = await tab.page.waitForSelector('input[webkitdirectory]')
    await input?.uploadFile(join(folder, 'paint'))
    await tab.sees('1 of 61 files cannot be decoded and are left out: paint/red/broken.png.')
    await tab.sees('60 pictures in 3 classes')
    await tab.choose('Size', '16')
    await tab.page.waitForFunction(() => document.querySelector('.pixels')?.getAttribute('width') === '16')
    await tab.sees('% right on pictures it never saw')
    await tab.press('Stop')
    await stopped()
    await tab.page.reload()
    await tab.sees('16 by 16 pixels, in colours. Drop the folder again to change that.')
    await tab.sees('% right on pictures it never saw')
    await tab.press('Stop')
    await tab.drop(join(folder, 'fresh.bmp'))
    await tab.sees('fresh.bmp is one picture')
  })

  it('keeps the networks of an answer: a picture of yours can be tried after a reload, without learning', async () => {
    await tab.press('Start over', 'link')
    await tab.page.reload()
    await tab.press('stripes.zip', 'link')
    await tab.sees('% right on pictures it never saw')
    const input = await tab.page.waitForSelector('section[aria-labelledby=try] input[type=file]')
    await input?.uploadFile(join(folder, 'fresh.bmp'))
    await tab.page.waitForSelector('canvas[aria-label="your picture"]')
    expect(await tab.text('section[aria-labelledby=try] .short')).toBe(said)
    expect(await tab.text('.answer-head .state')).toMatch(/Stopped|Done/)
    await tab.unfold('Take it with you')
    const network = await tab.save('safetensors: the same network, for programs with espalier', join(folder, 'downloads'))
    expect(network.content.toString('latin1')).toContain('layers.0.kernel')
  })

  it('answers IDX files as people have them: images and labels to train and to test on, in a folder, packed', async () => {
    const draw = drawn(11)
    const head = (...shape: number[]) => {
      const bytes = new Uint8Array(4 + 4 * shape.length)
      bytes.set([0, 0, 8, shape.length])
      for (const [i, size] of shape.entries()) new DataView(bytes.buffer).setUint32(4 + 4 * i, size)
      return bytes
    }
    const images = (rows: number) =>
      Buffer.concat([
        head(rows, 8, 8),
        ...Array.from({ length: rows }, (_, i) =>
          Uint8Array.from({ length: 64 }, (_, p) => 90 * draw() + (p % 8 < 4 === (i % 2 === 0) ? 120 : 0)),
        ),
      ])
    const labels = (rows: number) => Buffer.concat([head(rows), Uint8Array.from({ length: rows }, (_, i) => i % 2)])
    await mkdir(join(folder, 'halves'))
    for (const [name, rows] of [
      ['train', 120],
      ['t10k', 40],
    ] as const) {
      await writeFile(join(folder, 'halves', `${name}-images-idx3-ubyte.gz`), gzipSync(images(rows)))
      await writeFile(join(folder, 'halves', `${name}-labels-idx1-ubyte.gz`), gzipSync(labels(rows)))
    }
    await writeFile(join(folder, 'halves', 'readme.md'), 'how it was made')
    await tab.press('Start over', 'link')
    const input = await tab.page.waitForSelector('input[webkitdirectory]')
    await input?.uploadFile(join(folder, 'halves'))
    await tab.sees('120 pictures in 2 classes')
    expect(await tab.text('h1')).toBe('halves')
    await tab.sees('The 40 pictures of the test part are left for a study to be judged by')
    await tab.sees('1 other file is left out.')
    await tab.sees('% right on pictures it never saw')
    await tab.press('Stop')
    await stopped()
    expect(await tab.text('section[aria-labelledby=help]')).toMatch(/(9\d|100) % right on pictures it never saw/)
    expect(await tab.violations()).toEqual([])
    await tab.unfold('Change what is tried')
    await tab.sees('120 rows, judged on 40 others')
    expect(tab.problems).toEqual([])
  })

  it('answers the same files in a ZIP archive, and a table in one, whatever else systems put into it', async () => {
    const packed = async (name: string) => new Uint8Array(await readFile(join(folder, 'halves', name)))
    const names = ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', 't10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz']
    const files = await Promise.all(names.map(async (name) => [`halves/${name}`, await packed(name)] as const))
    const junk = {
      'halves/.DS_Store': Uint8Array.of(0, 0, 0, 1, 66),
      '__MACOSX/halves/._train-images-idx3-ubyte.gz': Uint8Array.of(0, 5, 22, 7),
    }
    await writeFile(join(folder, 'halves.zip'), zipSync({ ...Object.fromEntries(files), ...junk }))
    await tab.press('Start over', 'link')
    await tab.drop(join(folder, 'halves.zip'))
    await tab.sees('120 pictures in 2 classes')
    expect(await tab.text('h1')).toBe('halves.zip')
    await tab.sees('The 40 pictures of the test part are left for a study to be judged by')
    await tab.sees('% right on pictures it never saw')
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 2 === 0 ? 'even' : 'odd'}`).join('\n')
    const table = {
      'set/rows.csv': strToU8(`a,parity\n${rows}\n`),
      'set/README.md': strToU8('how it was made'),
      'set/.DS_Store': Uint8Array.of(1),
    }
    await writeFile(join(folder, 'set.zip'), zipSync(table))
    await tab.press('Start over', 'link')
    await tab.drop(join(folder, 'set.zip'))
    await tab.sees('set.zip/set/rows.csv: 40 rows, 2 columns')
    await tab.sees('1 other file is left out.')
    expect(tab.problems).toEqual([])
  })
})
