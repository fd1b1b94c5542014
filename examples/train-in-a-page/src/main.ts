import { countClasses, type EpochEvent, EspalierError, type FitResult, openBackend } from 'espalier'
import { drawCurve, type Point } from './curve.ts'
import { type Prepared, prepare, readFile, type Source } from './data.ts'
import { find } from './find.ts'
import { fillRowForm, readRowForm, showPrediction } from './row.ts'
import { save } from './save.ts'
import { train } from './training.ts'

/** Milliseconds between two drawings of a curve that grows. */
const DRAW_EVERY = 100

const problem = find('#problem', HTMLElement)
const summary = find('#summary', HTMLElement)
const target = find('#target', HTMLSelectElement)
const settings = find('#settings', HTMLFormElement)
const go = find('#go', HTMLButtonElement)
const startOver = find('#reset', HTMLButtonElement)
const status = find('#status', HTMLElement)
const figure = find('#curve', HTMLElement)
const numbers = find('#numbers', HTMLElement)
const row = find('#row', HTMLFormElement)

const backend = await openBackend({ prefer: 'wasm' }) // trains in workers: the page stays free

let source: Source = { name: 'Sample: Pima Indians diabetes' }
let data: Prepared | undefined
let result: FitResult | undefined
let goal = 0
let points: Point[] = []
let running: { stop: AbortController; ended: Promise<void> } | undefined

/** Does what a person asked for, or says what is wrong with what they gave, and in which file. */
async function attempt(action: () => Promise<void>, file?: string): Promise<void> {
  problem.textContent = ''
  try {
    await action()
  } catch (error) {
    if (!(error instanceof EspalierError)) throw error
    problem.textContent = file === undefined ? error.message : `${file}: ${error.message}`
    problem.scrollIntoView({ block: 'nearest' })
  }
  show()
}

/** Takes other data; where they are no good, everything stays as it is. */
async function open(next: Source, column: string): Promise<void> {
  const prepared = await prepare(next, column)
  await forget()
  source = next
  data = prepared
  target.replaceChildren(...(next.table?.columns ?? [{ name: column }]).map(({ name }) => new Option(name)))
  fillRowForm(row, prepared.all)
}

async function forget(): Promise<void> {
  running?.stop.abort()
  await running?.ended
  result = undefined
  points = []
  status.textContent = ''
}

async function runTraining(prepared: Prepared, stop: AbortController): Promise<void> {
  const form = new FormData(settings)
  const done = result?.checkpoint.epoch ?? 0
  if (result?.stopped !== 'aborted') goal = done + Number(form.get('epochs'))
  const hidden = String(form.get('hidden')).split(',').map(Number)
  const learningRate = Number(form.get('learningRate'))
  const began = performance.now()
  const options = { from: result, onEpoch: noteEpoch, signal: stop.signal }
  result = await train(backend, prepared, { hidden, learningRate, epochs: goal }, options)
  if (result === undefined) return
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const epochs = result.checkpoint.epoch
  status.textContent =
    result.stopped === 'diverged'
      ? `The loss grew beyond all numbers in epoch ${epochs}: start over with a smaller learning rate.`
      : `${result.stopped === 'aborted' ? 'Stopped' : 'Done'} after ${epochs} epochs; the last ${epochs - done} took ${seconds} s.`
}

let latest: EpochEvent | undefined
let drawing: ReturnType<typeof setTimeout> | undefined

function noteEpoch(event: EpochEvent): void {
  latest = event
  points.push({ epoch: event.epoch + 1, loss: event.loss, testLoss: event.testLoss ?? Number.NaN })
  if (drawing === undefined) drawing = setTimeout(drawProgress, DRAW_EVERY)
}

function drawProgress(): void {
  drawing = undefined
  drawCurve(figure, points)
  const { testAccuracy = Number.NaN, testMetrics: { auc } = {} } = points.length === 0 ? {} : (latest ?? {})
  const shown: [string, string][] = [
    ['Epochs', String(points.length)],
    ['Test accuracy', Number.isNaN(testAccuracy) ? '–' : `${(100 * testAccuracy).toFixed(1)} %`],
    ...(data?.all.task === 'binary' ? [['Test AUC', auc === undefined ? '–' : auc.toFixed(3)] as [string, string]] : []),
  ]
  numbers.replaceChildren(
    ...shown.map(([name, value]) => {
      const pair = document.createElement('div')
      const [term, detail] = [document.createElement('dt'), document.createElement('dd')]
      term.textContent = name
      detail.textContent = value
      pair.append(term, detail)
      return pair
    }),
  )
}

async function predict(): Promise<void> {
  if (result === undefined || data === undefined) return
  const { all, transform } = data
  const { features } = transform.apply(readRowForm(row, all))
  showPrediction(find('#prediction', HTMLElement), all, await result.predict(features))
}

/** The whole page, as its state is. */
function show(): void {
  if (data !== undefined) {
    const { all, train: training, test, leftOut } = data
    const classes = countClasses(all).map((rows, i) => `${all.classNames[i]} ${rows}`)
    const without = leftOut.length === 0 ? '' : ` Left out, for it is free text: ${leftOut.join(', ')}.`
    summary.textContent = `${source.name}. ${all.rows} rows: ${training.rows} to train on, ${test.rows} to test on. Classes: ${classes.join(', ')}.${without}`
    target.value = all.targetNames[0] ?? ''
  }
  go.disabled = data === undefined || (running === undefined && result?.stopped === 'diverged')
  go.textContent = running !== undefined ? 'Stop' : result === undefined ? 'Train' : result.stopped === 'aborted' ? 'Go on' : 'Train on'
  startOver.disabled = running !== undefined || result === undefined
  for (const id of ['#trial', '#saving']) find(id, HTMLElement).hidden = result === undefined
  drawProgress()
  void predict()
}

settings.addEventListener('submit', (event) => {
  event.preventDefault()
  if (running !== undefined) return running.stop.abort()
  if (data === undefined) return
  const prepared = data
  const stop = new AbortController()
  const ended = attempt(() => runTraining(prepared, stop)).finally(() => {
    running = undefined
    show()
  })
  running = { stop, ended }
  status.textContent = 'Training …'
  show()
})
settings.addEventListener('change', ({ target: changed }) => {
  if (changed instanceof HTMLSelectElement) void attempt(forget) // another network
})
startOver.addEventListener('click', () => void attempt(forget))
target.addEventListener('change', () => void attempt(() => open(source, target.value)))
row.addEventListener('input', () => void predict())

function takeFile(file: File | undefined): void {
  if (file === undefined) return
  const take = async (): Promise<void> => {
    const next = await readFile(file)
    await open(next, next.table.columns.at(-1)?.name ?? '')
  }
  void attempt(take, file.name)
}

const input = find('#file', HTMLInputElement)
input.addEventListener('change', () => {
  takeFile(input.files?.[0])
  input.value = '' // the same file, mended, can be chosen again
})
addEventListener('dragover', (event) => event.preventDefault())
addEventListener('drop', (event) => {
  event.preventDefault()
  takeFile(event.dataTransfer?.files[0])
})

for (const format of ['onnx', 'safetensors'] as const) {
  find(`#${format}`, HTMLButtonElement).addEventListener('click', () => result && data && save(result, data, format))
}
new ResizeObserver(drawProgress).observe(figure)

await attempt(() => open(source, 'class'))
