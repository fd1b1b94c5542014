// Pictures that the answer had not seen, and those that somebody brings, with what is said of each.

import { useState } from 'preact/hooks'
import type { FoundPictures, SaidPicture } from '../../pictures.ts'
import { Chances } from '../answer/tryIt.tsx'
import type { Controller } from '../controller.ts'
import { Card, Lines, Notice } from '../parts.tsx'
import { problemOf } from '../state.ts'
import { Picture } from './picture.tsx'
import { pictureSaid } from './sentences.ts'

interface Props {
  readonly found: FoundPictures | undefined
  /** Whether pictures can be brought: when it is learned. */
  readonly ready: boolean
  readonly controller: Controller
}

const nameOf = ({ actual }: SaidPicture): string => (actual === undefined ? 'your picture' : `a picture of ${actual}`)

export function TryPicture({ found, ready, controller }: Props) {
  const [own, setOwn] = useState<readonly SaidPicture[]>([])
  const [chosen, setChosen] = useState(0)
  const [problem, setProblem] = useState<string>()
  const all = [...own, ...(found?.examples ?? [])]
  const shown = all[chosen] ?? all[0]
  const bring = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    try {
      const said = await controller.picture(file)
      setProblem(undefined)
      setOwn([said, ...own])
      setChosen(0)
    } catch (error) {
      setProblem(`${file.name} cannot be read as a picture: ${problemOf(error).message}`)
    }
  }
  if (found === undefined || shown === undefined)
    return (
      <Card title="Try it" id="try">
        <p class="short">As soon as something is learned, pictures can be tried here.</p>
      </Card>
    )
  const { short, long } = pictureSaid(shown)
  return (
    <Card title="Try it" id="try">
      <div class="prediction said-picture">
        <Picture pixels={shown.pixels} shape={found.shape} label={nameOf(shown)} />
        <div>
          <output class="short" aria-live="polite">
            {short}
          </output>
          <p>{long}</p>
          <Chances chances={shown.probabilities} />
          {shown.outside && (
            <Notice kind="open">
              <p>
                <b>Outside what was seen</b>, so that nothing of this is promised: no picture of training is as unlike all others as this
                one.
              </p>
            </Notice>
          )}
        </div>
      </div>
      <label class="button">
        Choose a picture of yours
        <input
          type="file"
          class="visually-hidden"
          accept="image/*"
          disabled={!ready}
          onChange={({ currentTarget }) => {
            void bring(currentTarget.files?.[0])
            currentTarget.value = ''
          }}
        />
      </label>
      {!ready && <p class="hint">A picture of yours can be tried when the learning is done.</p>}
      {problem !== undefined && (
        <Notice kind="bad">
          <Lines text={problem} />
        </Notice>
      )}
      <p class="hint">
        Pictures that the networks had not seen when they judged them; those that they were surest of and wrong come first.
      </p>
      <div class="pictures">
        {all.map((one, i) => (
          <button type="button" key={`${all.length} ${i}`} aria-pressed={one === shown} onClick={() => setChosen(i)}>
            <Picture pixels={one.pixels} shape={found.shape} label={`${nameOf(one)}, ${i + 1}`} />
          </button>
        ))}
      </div>
    </Card>
  )
}
