// The card that starts a published study.

import type { Controller } from './controller.ts'
import { Card } from './parts.tsx'

/** One click, and a study that was published is done again. */
export function Replays({ busy, controller }: { readonly busy: boolean; readonly controller: Controller }) {
  return (
    <Card title="Replay a published study" id="replays">
      <p class="hint">
        A study of how batch size, activation and optimizer matter on the Pima diabetes data: 1,500 trainings, judged claim by claim by
        stated tests. It takes a minute or two.
      </p>
      <div class="actions">
        <button type="button" disabled={busy} onClick={() => void controller.replay('pima')}>
          Replay the Pima study
        </button>
      </div>
    </Card>
  )
}
