import { fit, fitPopulation, openBackend } from 'espalier'
import type { BackendCase } from '../contract/api.ts'
import { backendCases } from '../contract/backend.ts'

/**
 * Runs the contract suite by hand, in any browser. The address may say what: ?backend=wasm, ?filter=golden, and ?run to start at once.
 * `data-state` of the document says how far it is: ready, running, done.
 */

function element<T extends HTMLElement>(selector: string, kind: new () => T): T {
  const found = document.querySelector(selector)
  if (!(found instanceof kind)) throw new Error(`the page has no ${selector}`)
  return found
}

const page = {
  form: element('form', HTMLFormElement),
  backend: element('[name=backend]', HTMLSelectElement),
  filter: element('[name=filter]', HTMLInputElement),
  run: element('#run', HTMLButtonElement),
  stop: element('#stop', HTMLButtonElement),
  backendName: element('#backend-name', HTMLElement),
  summary: element('#summary', HTMLElement),
  problem: element('#problem', HTMLElement),
  progress: element('progress', HTMLProgressElement),
  list: element('ol', HTMLOListElement),
}

const span = (className: string, text: string): HTMLSpanElement =>
  Object.assign(document.createElement('span'), { className, textContent: text })

const messageOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error))

/** A case's line in the list. */
class Line {
  readonly case: BackendCase
  readonly item = document.createElement('li')
  readonly #status = span('status', '')
  readonly #time = span('time', '')

  constructor(own: BackendCase) {
    this.case = own
    this.item.append(this.#status, span('name', own.name), this.#time)
  }

  show(state: 'running' | 'passed' | 'failed', ms?: number, failure?: string): void {
    this.item.className = state
    this.#status.textContent = { running: '…', passed: 'pass', failed: 'FAIL' }[state]
    if (ms !== undefined) this.#time.textContent = `${ms.toFixed(0)} ms`
    if (failure !== undefined) this.item.append(Object.assign(document.createElement('pre'), { textContent: failure }))
  }
}

function listCases(): Line[] {
  const wanted = page.filter.value.toLowerCase()
  const lines = backendCases.filter(({ name }) => name.toLowerCase().includes(wanted)).map((own) => new Line(own))
  page.list.replaceChildren(...lines.map(({ item }) => item))
  page.summary.textContent = `${lines.length} of ${backendCases.length} cases chosen`
  page.problem.textContent = ''
  page.progress.max = Math.max(1, lines.length)
  page.progress.value = 0
  return lines
}

async function runCases(lines: readonly Line[], prefer: 'webgpu' | 'wasm', signal: AbortSignal): Promise<void> {
  const started = performance.now()
  const counts = { passed: 0, failed: 0 }
  const tell = (end: string): void => {
    const done = counts.passed + counts.failed
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    page.progress.value = done
    page.summary.textContent = `${counts.passed} passed, ${counts.failed} failed, ${lines.length - done} not run, in ${seconds} s${end}`
  }
  const backend = await openBackend({ prefer })
  try {
    page.backendName.textContent = backend.description
    for (const line of lines) {
      if (signal.aborted) break
      line.show('running')
      const began = performance.now()
      const failure = await line.case.run(backend, { fit, fitPopulation }).then(() => undefined, messageOf)
      const state = failure === undefined ? 'passed' : 'failed'
      counts[state] += 1
      line.show(state, performance.now() - began, failure)
      tell(' so far')
    }
    tell(signal.aborted ? ', stopped' : '')
  } finally {
    await backend.dispose()
  }
}

async function start(): Promise<void> {
  const stop = new AbortController()
  const lines = listCases()
  page.stop.onclick = () => stop.abort()
  setRunning(true)
  try {
    await runCases(lines, page.backend.value === 'wasm' ? 'wasm' : 'webgpu', stop.signal)
  } catch (error) {
    page.problem.textContent = messageOf(error)
  } finally {
    setRunning(false)
  }
}

function setRunning(running: boolean): void {
  for (const control of [page.run, page.backend, page.filter]) control.disabled = running
  page.stop.disabled = !running
  document.documentElement.dataset.state = running ? 'running' : 'done'
}

const query = new URLSearchParams(location.search)
if (query.get('backend') === 'wasm') page.backend.value = 'wasm'
page.filter.value = query.get('filter') ?? ''
page.filter.addEventListener('input', listCases)
page.form.addEventListener('submit', (event) => {
  event.preventDefault()
  void start()
})
document.documentElement.dataset.state = 'ready'
if (query.has('run')) void start()
else listCases()
