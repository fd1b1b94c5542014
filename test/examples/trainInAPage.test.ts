import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadDataset } from 'espalier'
import { fromSafetensors } from 'espalier/formats'
import * as ort from 'onnxruntime-web'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import type { StudioTab } from '../support/studio.ts'
import { flaws, installExample, openTab, serveBuilt, startDevServer } from './support.ts'

describeInBrowser('examples/train-in-a-page', () => {
  let app: Awaited<ReturnType<typeof installExample>>
  let server: Awaited<ReturnType<typeof serveBuilt>>
  let browser: Browser
  let files: string
  let tab: StudioTab

  beforeAll(async () => {
    files = await mkdtemp(join(tmpdir(), 'espalier-files-'))
    app = await installExample('train-in-a-page')
    server = await serveBuilt(app.path)
    browser = await launchChromium()
    tab = await openTab(browser, server.url, join(files, 'downloads'))
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await app?.remove()
    await rm(files, { recursive: true, force: true })
  })

  const epochs = () => tab.text('#numbers dd').then(Number)
  const drop = async (name: string, text: string) => {
    await writeFile(join(files, name), text)
    await tab.drop(join(files, name))
  }

  it('trains on the sample while its curve grows, stops when told, and goes on to the end', async () => {
    await tab.sees('768 rows: 614 to train on, 154 to test on. Classes: tested_negative 500, tested_positive 268.')
    await tab.fill('Passes through the rows (epochs)', '20000')
    await tab.press('Train')
    await tab.page.waitForFunction(() => Number(document.querySelector('#numbers dd')?.textContent) > 50)
    await tab.press('Stop')
    await tab.sees('Stopped after')
    const before = await epochs()
    expect(before).toBeGreaterThan(50)
    expect(before).toBeLessThan(20_000)
    expect(await tab.page.$$eval('#curve path[d]', (paths) => paths.length)).toBeGreaterThan(1)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(await epochs()).toBe(before)

    await tab.press('Start over')
    await tab.sees('–')
    await tab.fill('Passes through the rows (epochs)', '300')
    await tab.fill('Learning rate', '0.001')
    await tab.press('Train')
    await tab.sees('Done after 300 epochs')
    await tab.press('Train on')
    await tab.sees('Done after 600 epochs')
    const [shown, accuracy, auc] = await tab.page.$$eval('#numbers dd', (cells) =>
      cells.map((cell) => Number.parseFloat(cell.textContent ?? '')),
    )
    console.log(`train-in-a-page: ${shown} epochs, test accuracy ${accuracy} %, AUC ${auc}`)
    expect(shown).toBe(600)
    expect(accuracy).toBeGreaterThan(70)
    expect(auc).toBeGreaterThan(0.78)
    expect(await flaws(tab)).toEqual([])
  })

  it('predicts the row of the sliders, at once as one is moved', async () => {
    const chance = () => tab.text('#prediction label:nth-child(2) output').then(Number.parseFloat)
    const move = (name: string, value: string) =>
      tab.page.$eval(
        `#row [name=${name}]`,
        (slider, wanted) => {
          if (slider instanceof HTMLInputElement) slider.value = wanted
          slider.dispatchEvent(new Event('input', { bubbles: true }))
        },
        value,
      )
    await move('plas', '60')
    await tab.page.waitForFunction(
      () => Number.parseFloat(document.querySelector('#prediction label:nth-child(2) output')?.textContent ?? '') < 30,
    )
    const low = await chance()
    await move('plas', '199')
    await tab.page.waitForFunction(
      () => Number.parseFloat(document.querySelector('#prediction label:nth-child(2) output')?.textContent ?? '') > 40,
    )
    expect(await chance()).toBeGreaterThan(low)
  })

  it('gives the network away: ONNX Runtime predicts raw rows with it, espalier reads where its training stood', async () => {
    const save = (name: string) => tab.save(name, join(files, 'downloads'))
    const onnx = await save('Save as ONNX')
    expect(onnx.name).toBe('network.onnx')
    const session = await ort.InferenceSession.create(onnx.content)
    const { test } = await loadDataset('pima', { seed: 1 })
    const { output } = await session.run({ input: new ort.Tensor('float32', new Float32Array(test.features), [test.rows, 8]) })
    const right = Array.from(output?.data as Float32Array).filter((p, row) => (p > 0.5 ? 1 : 0) === test.targets[row]).length
    const accuracy = await tab.page.$$eval('#numbers dd', (cells) => cells[1]?.textContent)
    expect(`${((100 * right) / test.rows).toFixed(1)} %`).toBe(accuracy)
    const { checkpoint } = fromSafetensors((await save('Save as safetensors')).content)
    expect(checkpoint?.epoch).toBe(600)
  })

  it.each([
    ['a line that is too short', 'a,b,class\n1,2,yes\n3,no\n', 'bad.csv: line 3 has 2 fields'],
    ['a column of one class', 'a,class\n1,yes\n2,yes\n3,yes\n', 'bad.csv: column "class" has 1 class (yes)'],
    ['an empty file', '', 'bad.csv: the text is empty'],
    [
      'nothing but names and notes',
      `name,class\n${Array.from({ length: 40 }, (_, i) => `person ${i},${i % 2 ? 'yes' : 'no'}\n`).join('')}`,
      'bad.csv: there is nothing to learn from beside "class"',
    ],
    [
      'a column of numbers to predict',
      `a,price\n${Array.from({ length: 40 }, (_, i) => `${i},${i * 1.5}\n`).join('')}`,
      'bad.csv: column "price" has 40 different values',
    ],
  ])('says what is wrong with %s, and keeps what was there', async (_what, text, message) => {
    await drop('bad.csv', text)
    await tab.sees(message)
    await tab.sees('768 rows')
    expect(await epochs()).toBe(600)
  })

  it('says what a setting may not be', async () => {
    await tab.fill('Learning rate', 'fast')
    await tab.press('Train on')
    await tab.sees('learningRate is NaN')
    expect(await flaws(tab)).toEqual([])
    await tab.fill('Learning rate', '0.01')
  })

  it('learns three classes from a table of numbers and words, and leaves out what is free text', async () => {
    const rows = Array.from({ length: 120 }, (_, i) => `person ${i},${i % 3},${i % 2 ? 'north' : 'south'},${['a', 'b', 'c'][i % 3]}`)
    await drop('good.csv', `name,size,place,kind\n${rows.join('\n')}\n`)
    await tab.sees('Classes: a 40, b 40, c 40. Left out, for it is free text: name.')
    await tab.press('Train')
    await tab.sees('Done after 300 epochs')
    expect(await tab.page.$$eval('#numbers dd', (cells) => cells.map((cell) => cell.textContent))).toEqual(['300', '100.0 %'])
    await tab.choose('Column to predict', 'place')
    await tab.sees('Classes: north 60, south 60')
    expect(await flaws(tab)).toEqual([])
  })

  it('has said nothing on the console, and asked nobody but its own server for anything', () => {
    expect(tab.problems).toEqual([])
  })

  it('does the same on Vite’s own server, by npm start', async () => {
    const dev = await startDevServer(app.path)
    try {
      const page = await openTab(browser, dev.url)
      await page.sees('768 rows')
      await page.fill('Passes through the rows (epochs)', '50')
      await page.press('Train')
      await page.sees('Done after 50 epochs')
      await page.page.close()
    } finally {
      await dev.close()
    }
  })
})
