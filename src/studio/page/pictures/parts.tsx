// What matters of pictures, how they were understood, the evidence, and what can be taken away.

import { at } from '../../../core/at.ts'
import type { AnswerExport, AnswerNews, Found } from '../../answers.ts'
import type { DataDescription, ImagesDescription } from '../../description.ts'
import { type PictureOptions, SIZES } from '../../pictures.ts'
import { Scores } from '../answer/evidence.tsx'
import type { Controller } from '../controller.ts'
import { formatCount, formatNumber, plural } from '../format.ts'
import { Card, Scroll, Select } from '../parts.tsx'
import { Picture } from './picture.tsx'
import { regionsSaid } from './sentences.ts'

/** The mean picture under its nine regions, each as strongly marked as it matters. */
export function Regions({ news }: { readonly news: AnswerNews }) {
  const { short, long } = regionsSaid(news)
  const { pictures, matters } = news.found ?? {}
  const most = Math.max(...(pictures?.regions ?? []).map(({ value }) => value), Number.MIN_VALUE)
  const kinds = matters?.sentences[1]
  return (
    <Card title="What matters?" id="matters">
      <p class="short">{short}</p>
      {long !== '' && <p>{long}</p>}
      {pictures !== undefined && pictures.regions.length > 0 && (
        <figure>
          <div class="regions">
            <Picture pixels={pictures.mean} shape={pictures.shape} label="The mean of all pictures" />
            <ol aria-label="What each region is worth">
              {pictures.regions.map(({ name, value, low, high }) => (
                <li key={name} class={low > 0 ? 'sure' : ''} style={{ '--worth': String(Math.max(0, value / most)) }}>
                  <span class="visually-hidden">{name}: </span>
                  {(Math.abs(value) < 0.005 ? 0 : value).toFixed(2)}
                  <span class="visually-hidden">
                    , {formatNumber(low)} to {formatNumber(high)}
                  </span>
                </li>
              ))}
            </ol>
          </div>
          <figcaption>
            The mean of all pictures, and by how much the log loss grows without each region. Framed is what is surely above 0.
          </figcaption>
        </figure>
      )}
      {kinds !== undefined && (
        <>
          <h3>Of the settings of a network</h3>
          <p>{kinds}</p>
        </>
      )}
    </Card>
  )
}

/** Beside the sentences: what the pictures are taken as. */
export function UnderstoodPictures({
  data,
  images: { shape, classes, counts, isFolder },
  controller,
}: {
  readonly data: DataDescription
  readonly images: ImagesDescription
  readonly controller: Controller
}) {
  const [size, width, channels] = shape
  const read = (options: PictureOptions): void => void controller.readPictures({ size, color: channels === 3, ...options })
  const sizes = [...new Set([...SIZES, size])].sort((a, b) => a - b)
  return (
    <Card title="As it was understood" id="understood">
      <p>
        {plural(data.rows, 'picture')} in {plural(classes.length, 'class', 'classes')}
        {isFolder && ', the middle square of each'}.
      </p>
      {data.testRows > 0 && (
        <p class="hint">
          The {plural(data.testRows, 'picture')} of the test part {data.testRows === 1 ? 'is' : 'are'} left for a study to be judged by:
          here a part of the others is held out.
        </p>
      )}
      {controller.hasPictures ? (
        <div class="fields">
          <Select
            label="Size"
            options={sizes.map((side) => ({ value: String(side), title: `${side} by ${side} pixels` }))}
            value={String(size)}
            onChange={(value) => read({ size: Number(value) })}
          />
          <Select
            label="Colours"
            options={[
              { value: 'grey', title: 'greys' },
              { value: 'color', title: 'colours' },
            ]}
            value={channels === 3 ? 'color' : 'grey'}
            onChange={(value) => read({ color: value === 'color' })}
          />
        </div>
      ) : (
        <p class="hint">
          {size} by {width} pixels, {channels === 3 ? 'in colours' : 'in greys'}.{isFolder && ' Drop the folder again to change that.'}
        </p>
      )}
      <ul class="understood">
        {classes.map((name, i) => (
          <li key={name}>
            <b>{name}</b> <span>{formatCount(at(counts, i))}</span>
          </li>
        ))}
      </ul>
      {data.problems.map(({ message }) => (
        <p class="hint" key={message}>
          {message}
        </p>
      ))}
    </Card>
  )
}

export function PictureEvidence({ found, classes }: { readonly found: Found | undefined; readonly classes: readonly string[] }) {
  if (found?.pictures === undefined) return <p>Nothing is learned yet.</p>
  const { learned, limits, preparation, pictures } = found
  return (
    <>
      <Scores found={found} />
      <p>
        {plural(learned.rows, 'picture')} judged; {plural(learned.candidates, 'network')} were compared in {formatNumber(learned.seconds)}{' '}
        seconds, and which of them judges a picture was chosen by other pictures.
      </p>
      <ul>
        {[...preparation, ...limits].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <h3>What is taken for what</h3>
      <Scroll label="Confusion of classes">
        <table>
          <thead>
            <tr>
              <th scope="col">true, and said:</th>
              {classes.map((name) => (
                <th scope="col" class="end" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {pictures.confusion.map((counts, own) => (
              <tr key={classes[own]}>
                <th scope="row">{classes[own]}</th>
                {counts.map((count, i) => (
                  <td class="end" key={classes[i]}>
                    {i === own ? <b>{count}</b> : count}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  )
}

const FILES: readonly { readonly what: AnswerExport; readonly title: string; readonly text: string; readonly ofNetwork: boolean }[] = [
  { what: 'card', title: 'Model card', text: 'what it is, how it was judged (Markdown)', ofNetwork: false },
  { what: 'onnx', title: 'ONNX', text: 'one of the networks, for other programs', ofNetwork: true },
  { what: 'model', title: 'safetensors', text: 'the same network, for programs with espalier', ofNetwork: true },
  { what: 'tfjs', title: 'TensorFlow.js', text: 'the same network, as a ZIP archive', ofNetwork: true },
  { what: 'idx', title: 'IDX', text: 'the pictures as networks see them: images and labels', ofNetwork: false },
]

export function TakePictures({
  controller,
  learned,
  done,
  folder,
}: {
  readonly controller: Controller
  /** Whether they are no IDX files yet. */
  readonly folder: boolean
  readonly learned: boolean
  readonly done: boolean
}) {
  return (
    <div class="actions">
      {FILES.filter(({ what }) => folder || what !== 'idx').map(({ what, title, text, ofNetwork }) => (
        <button type="button" key={what} disabled={ofNetwork ? !done : !learned} onClick={() => void controller.saveAnswer(what)}>
          <span>
            <b>{title}</b>: {text}
          </span>
        </button>
      ))}
    </div>
  )
}
