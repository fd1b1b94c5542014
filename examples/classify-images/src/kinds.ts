import { type Pixels, pixelsOfFile, thumbnail } from './images.ts'
import type { Kind } from './training.ts'

/** The part of the page for one kind of pictures. */
export interface KindPanel {
  readonly element: HTMLElement
  readonly kind: () => Kind
  readonly add: (pictures: readonly Pixels[]) => void
  /** Whether pictures can be taken. */
  readonly allowCamera: () => void
}

interface Tools {
  /** Runs what a person asked for, and says what went wrong. */
  readonly attempt: (action: () => Promise<void>) => void
  readonly takePicture: () => Pixels
  /** The pictures are others now. */
  readonly changed: () => void
}

/** Pictures taken at a press, and the milliseconds between two. */
const AT_ONCE = 10
const PAUSE = 150

const made = <K extends keyof HTMLElementTagNameMap>(tag: K, fields: Partial<HTMLElementTagNameMap[K]>): HTMLElementTagNameMap[K] =>
  Object.assign(document.createElement(tag), fields)

function labelled(text: string, input: HTMLInputElement): HTMLLabelElement {
  const label = made('label', {})
  label.append(`${text} `, input)
  return label
}

export function createKind(number: number, name: string, { attempt, takePicture, changed }: Tools): KindPanel {
  const pictures: Pixels[] = []
  const title = made('input', { value: name })
  const files = made('input', { type: 'file', accept: 'image/*', multiple: true })
  const take = made('button', { type: 'button', textContent: `Take ${AT_ONCE} pictures of kind ${number}`, hidden: true })
  const count = made('p', { className: 'hint', textContent: 'No pictures yet.' })
  const strip = made('div', { className: 'strip' })
  const element = made('div', { className: 'kind' })
  element.append(labelled(`Name of kind ${number}`, title), labelled(`Files of kind ${number}`, files), take, count, strip)

  const add = (more: readonly Pixels[]): void => {
    pictures.push(...more)
    strip.append(...more.map(thumbnail))
    count.textContent = `Pictures: ${pictures.length}.`
    changed()
  }
  title.addEventListener('input', changed)
  files.addEventListener('change', () => {
    const chosen = [...(files.files ?? [])]
    files.value = '' // the same file can be chosen again
    attempt(async () => add(await Promise.all(chosen.map(pixelsOfFile))))
  })
  take.addEventListener('click', () =>
    attempt(async () => {
      for (let i = 0; i < AT_ONCE; i++) {
        add([takePicture()])
        await new Promise((resolve) => setTimeout(resolve, PAUSE))
      }
    }),
  )
  return {
    element,
    kind: () => ({ name: title.value.trim() || `kind ${number}`, pictures }),
    add,
    allowCamera: () => {
      take.hidden = false
    },
  }
}
