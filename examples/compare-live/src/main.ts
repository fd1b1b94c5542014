import { countClasses, EspalierError, openBackend } from 'espalier'
import { CHOICES, combinationsOf, namesOf, wholeNumber } from './combinations.ts'
import { colorOf, drawCurves } from './curves.ts'
import { type Prepared, prepare, readFile, type Source } from './data.ts'
import { find } from './find.ts'
import { type Metric, Race } from './race.ts'
import { showVerdict } from './verdict.ts'

/** Milliseconds between two drawings of curves that grow. */
const DRAW_EVERY = 200

const problem = find('#problem', HTMLElement)
const summary = find('#summary', HTMLElement)
const target = find('#target', HTMLSelectElement)
const settings = find('#settings', HTMLFormElement)
const go = find('#go', HTMLButtonElement)
const progress = find('#progress', HTMLProgressElement)
const status = find('#status', HTMLElement)
const metric = find('#metric', HTMLSelectElement)
const figure = find('#curves', HTMLElement)

const backend = await openBackend({ prefer: 'wasm' }) // trains in workers: the page stays free

let source: Source = { name: 'Sample: Pima Indians diabetes' }
let data: Prepared | undefined
let race: Race | undefined
let running: Promise<void> | undefined

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
  race?.stop()
  await running
  source = next
  data = prepared
  race = undefined
  status.textContent = ''
  target.replaceChildren(...(next.table?.columns ?? [{ name: column }]).map(({ name }) => new Option(name)))
}

async function compare(prepared: Prepared): Promise<void> {
  const form = new FormData(settings)
  const combinations = combinationsOf(form)
  race = new Race(combinations, wholeNumber(form, 'seeds', 'Seeds', 2, 100), wholeNumber(form, 'epochs', 'Epochs', 1, 10_000))
  const networks = combinations.length * race.seeds
  status.textContent = `Training ${networks} networks …`
  show()
  const began = performance.now()
  await race.run(backend, prepared, drawSoon)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  status.textContent = `${networks} networks, ${race.epochsDone} epochs each, took ${seconds} s.`
}

let drawing: ReturnType<typeof setTimeout> | undefined

function drawSoon(): void {
  if (drawing === undefined) drawing = setTimeout(draw, DRAW_EVERY)
}

function draw(): void {
  drawing = undefined
  drawCurves(figure, race, metric.value as Metric)
  progress.max = race?.epochs ?? 1
  progress.value = race?.epochsDone ?? 0
}

/** The whole page, as its state is. */
function show(): void {
  if (data !== undefined) {
    const { all, train, test, leftOut } = data
    const classes = countClasses(all).map((rows, i) => `${all.classNames[i]} ${rows}`)
    const without = leftOut.length === 0 ? '' : ` Left out, for it is free text: ${leftOut.join(', ')}.`
    summary.textContent = `${source.name}. ${all.rows} rows: ${train.rows} to train on, ${test.rows} to test on. Classes: ${classes.join(', ')}.${without}`
    target.value = all.targetNames[0] ?? ''
  }
  go.disabled = data === undefined
  go.textContent = running === undefined ? 'Compare' : 'Stop'
  draw()
  const names = namesOf(race?.combinations ?? [])
  const entries = names.map((name, place) => {
    const entry = document.createElement('li')
    entry.textContent = name
    entry.style.setProperty('--color', colorOf(place))
    return entry
  })
  find('#legend', HTMLElement).replaceChildren(...entries)
  const comparable = race !== undefined && running === undefined && race.epochsDone > 0 && race.diverged.size < names.length
  find('#verdict', HTMLElement).hidden = !comparable
  if (race === undefined || !comparable) return
  find('#sentence', HTMLElement).textContent = showVerdict(find('#table', HTMLTableElement), race, names, metric.value as Metric)
}

for (const { field, title, values, ticked } of CHOICES) {
  const group = document.createElement('fieldset')
  const legend = document.createElement('legend')
  legend.textContent = title
  const boxes = values.map((value) => {
    const label = document.createElement('label')
    const box = Object.assign(document.createElement('input'), { type: 'checkbox', name: field, value, checked: ticked.includes(value) })
    label.append(box, ` ${value}`)
    return label
  })
  group.append(legend, ...boxes)
  find('#choices', HTMLElement).append(group)
}

settings.addEventListener('submit', (event) => {
  event.preventDefault()
  if (running !== undefined) return race?.stop()
  if (data === undefined) return
  const prepared = data
  running = attempt(() => compare(prepared)).finally(() => {
    running = undefined
    show()
  })
  show()
})
metric.addEventListener('change', show)
target.addEventListener('change', () => void attempt(() => open(source, target.value)))

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
new ResizeObserver(draw).observe(figure)

await attempt(() => open(source, 'class'))
