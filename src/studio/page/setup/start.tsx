// The step that starts the study.

import { useState } from 'preact/hooks'
import type { StudioConfig } from '../../config.ts'
import { parameterTitle } from '../../parameterWords.ts'
import type { Controller } from '../controller.ts'
import { formatCount, plural } from '../format.ts'
import { Lines, Notice, Scroll, Select } from '../parts.tsx'
import type { Setup } from '../state.ts'

const BACKENDS = [
  { value: 'auto', title: 'What is faster' },
  { value: 'wasm', title: 'Processor (WebAssembly)' },
  { value: 'webgpu', title: 'Graphics card (WebGPU)' },
] as const

/** The first field that holds what it may not; a study never runs on what stood there before. */
const badField = (): HTMLElement | null => document.querySelector('[aria-invalid=true]')

/** What will be done, and the button that does it. */
export function StartStep({
  setup,
  config,
  busy,
  controller,
}: {
  readonly setup: Setup
  readonly config: StudioConfig
  readonly busy: boolean
  readonly controller: Controller
}) {
  const { plan, refusal } = setup
  const { search, training, backend } = config
  const [hasBad, setBad] = useState(false)
  const run = (): void => {
    const bad = badField()
    setBad(bad !== null)
    if (bad === null) void controller.start(config)
    else bad.focus()
  }
  return (
    <>
      {plan !== undefined && (
        <p class="say">
          Up to {plural(plan.trialsAtMost, 'configuration')} of {plan.searched.map(parameterTitle).join(', ')}
          {search.repeats > 1 ? `, each trained ${search.repeats} times` : ''}: {formatCount(plan.trialsAtMost * search.repeats)} trainings
          of at most {plural(training.epochs, 'epoch')} on {plural(plan.trainRows, 'row')}, judged on {formatCount(plan.testRows)} others.
        </p>
      )}
      {refusal !== undefined && (
        <Notice kind="bad">
          <Lines text={refusal.message} />
        </Notice>
      )}
      {hasBad && badField() !== null && (
        <Notice kind="bad">
          <p>A field holds what it may not: mend it, and run then.</p>
        </Notice>
      )}
      <div class="tools">
        <Select
          label="Computed on"
          options={BACKENDS}
          value={backend.prefer}
          onChange={(prefer) => controller.configure({ ...config, backend: { ...backend, prefer } })}
        />
        <button type="button" class="primary large" disabled={busy || plan === undefined} onClick={run}>
          Run the study
        </button>
      </div>
      {plan !== undefined && (
        <details>
          <summary>The same study as a program (JavaScript, for Node)</summary>
          <Scroll label="Program">
            <pre>{plan.snippet}</pre>
          </Scroll>
        </details>
      )}
      <p class="hint">You can pause it, close the page and come back: it goes on where it was.</p>
    </>
  )
}
