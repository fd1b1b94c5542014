import { EspalierError, type FitResult, openBackend } from 'espalier'
import { find } from './find.ts'
import { type Pixels, pixelsOf, pixelsOfFile } from './images.ts'
import { createKind, type KindPanel } from './kinds.ts'
import { drawShape, SHAPES } from './shapes.ts'
import { checkKinds, classify, learn } from './training.ts'

/** Pictures of every shape that the sample draws. */
const DRAWN = 40

const problem = find('#problem', HTMLElement)
const list = find('#kinds', HTMLElement)
const view = find('#view', HTMLVideoElement)
const learnButton = find('#learn', HTMLButtonElement)
const progress = find('#progress', HTMLProgressElement)
const status = find('#status', HTMLElement)
const answer = find('#answer', HTMLElement)

const backend = await openBackend({ prefer: 'wasm' }) // trains in workers: the page stays free

let kinds: KindPanel[] = []
let network: FitResult | undefined

/** Does what a person asked for, or says what is wrong with what they gave. */
async function attempt(action: () => Promise<void>): Promise<void> {
  problem.textContent = ''
  try {
    await action()
  } catch (error) {
    if (!(error instanceof EspalierError || error instanceof TypeError || error instanceof DOMException)) throw error
    problem.textContent = error.message
    problem.scrollIntoView({ block: 'nearest' })
  }
}

const hasCamera = (): boolean => view.srcObject !== null
const takePicture = (): Pixels => pixelsOf(view, view.videoWidth, view.videoHeight)

function addKind(name: string): KindPanel {
  const panel = createKind(kinds.length + 1, name, { attempt, takePicture, changed: forget })
  if (hasCamera()) panel.allowCamera()
  kinds.push(panel)
  list.append(panel.element)
  forget()
  return panel
}

/** What was learned is not about the pictures that there are now. */
function forget(): void {
  network = undefined
  find('#trying', HTMLElement).hidden = true
}

async function startCamera(): Promise<void> {
  view.srcObject = await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 240 } }).catch((error: unknown) => {
    throw new TypeError(`There is no camera, or this page may not use it (${String(error)}): choose files instead.`)
  })
  view.hidden = false
  await view.play()
  for (const kind of kinds) kind.allowCamera()
}

function takeSample(): void {
  kinds = []
  list.replaceChildren()
  for (const [name, shape] of Object.entries(SHAPES)) addKind(name).add(Array.from({ length: DRAWN }, () => drawShape(shape)))
}

async function train(): Promise<void> {
  const given = kinds.map(({ kind }) => kind())
  checkKinds(given)
  learnButton.disabled = true
  status.textContent = 'Learning …'
  const began = performance.now()
  try {
    const trained = await learn(backend, given, (done) => {
      progress.value = done
    })
    const right = Math.round(100 * (trained.history.testAccuracy?.at(-1) ?? 0))
    const count = given.reduce((sum, { pictures }) => sum + pictures.length, 0)
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    status.textContent = `Learned from ${count} pictures in ${seconds} s. Of those kept back, ${right} % are recognised.`
    network = trained
    answer.replaceChildren()
    find('#trying', HTMLElement).hidden = false
  } finally {
    learnButton.disabled = false
  }
}

/** A bar for every kind. */
async function show(pixels: Pixels): Promise<void> {
  if (network === undefined) return
  const shares = await classify(network, pixels)
  const bars = kinds.map(({ kind }, i) => {
    const share = shares[i] ?? 0
    const label = document.createElement('label')
    const meter = Object.assign(document.createElement('meter'), { value: share })
    const percent = Object.assign(document.createElement('output'), { value: `${Math.round(100 * share)} %` })
    label.append(kind().name, ' ', percent, meter)
    return label
  })
  answer.replaceChildren(...bars)
}

/** While the camera runs, and something was learned, it says what it sees, twice a second. */
async function look(): Promise<void> {
  if (hasCamera() && view.videoWidth > 0 && !learnButton.disabled) await show(takePicture())
  setTimeout(look, 500)
}

find('#camera', HTMLButtonElement).addEventListener('click', () => void attempt(startCamera))
find('#sample', HTMLButtonElement).addEventListener('click', () => void attempt(async () => takeSample()))
find('#add', HTMLButtonElement).addEventListener('click', () => void addKind(`kind ${kinds.length + 1}`))
learnButton.addEventListener('click', () => void attempt(train))
const chosen = find('#try', HTMLInputElement)
chosen.addEventListener('change', () => {
  const [file] = chosen.files ?? []
  chosen.value = ''
  if (file !== undefined) void attempt(async () => show(await pixelsOfFile(file)))
})

addKind('kind 1')
addKind('kind 2')
void look()
