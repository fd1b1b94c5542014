import { EspalierError, openBackend } from 'espalier'
import { find } from './find.ts'
import { checkPoints, drawSample, type Gesture, type Point, readGestures } from './gestures.ts'
import { listen } from './pad.ts'
import { kindsOf, type Learned, learn, recognise } from './training.ts'

/** Gestures of every kind that the sample has. */
const DRAWN = 30

const problem = find('#problem', HTMLElement)
const nameField = find('#name', HTMLInputElement)
const count = find('#count', HTMLElement)
const learnButton = find('#learn', HTMLButtonElement)
const progress = find('#progress', HTMLProgressElement)
const status = find('#status', HTMLElement)
const trying = find('#trying', HTMLElement)
const guess = find('#guess', HTMLInputElement)
const answer = find('#answer', HTMLElement)

const backend = await openBackend({ prefer: 'wasm' }) // trains in workers: the page stays free

let gestures: Gesture[] = []
let learned: Learned | undefined

/** Does what a person asked for, or says what is wrong with what they gave. */
async function attempt(action: () => Promise<void>): Promise<void> {
  problem.textContent = ''
  try {
    await action()
  } catch (error) {
    if (!(error instanceof EspalierError || error instanceof TypeError)) throw error
    problem.textContent = error.message
    problem.scrollIntoView({ block: 'nearest' })
  }
}

function take(next: Gesture[]): void {
  gestures = next
  const names = [...new Set(gestures.map(({ name }) => name))]
  const each = names.map((name) => `${name} ${gestures.filter((gesture) => gesture.name === name).length}`)
  count.textContent = gestures.length === 0 ? 'Nothing drawn yet.' : `Gestures drawn: ${each.join(', ')}.`
}

async function takeStroke(points: readonly Point[]): Promise<void> {
  checkPoints(points)
  if (learned !== undefined && guess.checked) return show(learned, points)
  const name = nameField.value.trim()
  if (name === '') throw new TypeError('Say first what you draw: its name is empty.')
  take([...gestures, { name, points }])
}

/** A bar for every kind. */
async function show(by: Learned, points: readonly Point[]): Promise<void> {
  const shares = await recognise(by, points)
  const bars = by.names.map((name, i) => {
    const share = shares[i] ?? 0
    const label = document.createElement('label')
    const meter = Object.assign(document.createElement('meter'), { value: share })
    const percent = Object.assign(document.createElement('output'), { value: `${Math.round(100 * share)} %` })
    label.append(name, ' ', percent, meter)
    return label
  })
  answer.replaceChildren(...bars)
}

async function train(): Promise<void> {
  const kinds = kindsOf(gestures)
  learnButton.disabled = true
  status.textContent = 'Learning …'
  const began = performance.now()
  try {
    learned = await learn(backend, kinds, (done) => {
      progress.value = done
    })
    const right = Math.round(100 * (learned.network.history.testAccuracy?.at(-1) ?? 0))
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    status.textContent = `Learned from ${gestures.length} gestures in ${seconds} s. Of those kept back, ${right} % are recognised. Draw one.`
    answer.replaceChildren()
    trying.hidden = false
  } finally {
    learnButton.disabled = false
  }
}

listen(find('#pad', HTMLCanvasElement), (points) => void attempt(() => takeStroke(points)))
learnButton.addEventListener('click', () => void attempt(train))
find('#sample', HTMLButtonElement).addEventListener('click', () => void attempt(async () => take([...gestures, ...drawSample(DRAWN)])))
find('#clear', HTMLButtonElement).addEventListener('click', () => {
  learned = undefined
  trying.hidden = true
  status.textContent = ''
  void attempt(async () => take([]))
})
const file = find('#file', HTMLInputElement)
file.addEventListener('change', () => {
  const [chosen] = file.files ?? []
  file.value = '' // the same file, mended, can be chosen again
  if (chosen !== undefined) void attempt(async () => take([...gestures, ...readGestures(await chosen.text())]))
})
