// The answer as files to take away.

import type { AnswerExport } from '../../answers.ts'
import type { Controller } from '../controller.ts'
import { HoldingLink } from '../keeping/link.tsx'

const FILES: readonly { readonly what: AnswerExport; readonly title: string; readonly text: string }[] = [
  { what: 'page', title: 'Page', text: 'one file with all of this, which predicts by itself (HTML)' },
  { what: 'card', title: 'Model card', text: 'what it is, how it was judged, its limits (Markdown)' },
  { what: 'answer', title: 'Answer', text: 'for `espalier predict`, programs and pages' },
  { what: 'onnx', title: 'ONNX', text: 'the same predictions in other programs' },
]

export function Take({ controller, disabled }: { readonly controller: Controller; readonly disabled: boolean }) {
  return (
    <>
      <div class="actions">
        {FILES.map(({ what, title, text }) => (
          <button type="button" key={what} disabled={disabled} onClick={() => void controller.saveAnswer(what)}>
            <span>
              <b>{title}</b>: {text}
            </span>
          </button>
        ))}
      </div>
      <HoldingLink controller={controller} disabled={disabled} />
    </>
  )
}
