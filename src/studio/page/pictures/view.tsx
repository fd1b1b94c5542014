// Page one for a folder of pictures: what they answer, while it is being learned and after.

import type { AnswerNews } from '../../answers.ts'
import type { StudioConfig } from '../../config.ts'
import type { DataDescription, ImagesDescription } from '../../description.ts'
import { BEGINNING, Head } from '../answer/view.tsx'
import type { Controller } from '../controller.ts'
import { Fold } from '../fold.tsx'
import { Card } from '../parts.tsx'
import type { Setup } from '../state.ts'
import { useSheet } from '../useSheet.ts'
import { PictureEvidence, Regions, TakePictures, UnderstoodPictures } from './parts.tsx'
import { picturesHelp } from './sentences.ts'
import { STYLE } from './style.ts'
import { TryPicture } from './tryPicture.tsx'

interface Props {
  readonly setup: Setup
  readonly data: DataDescription
  readonly images: ImagesDescription
  readonly config: StudioConfig
  readonly answer: AnswerNews | undefined
  readonly busy: boolean
  readonly controller: Controller
}

export function PictureView({ setup, data, images, config, answer, busy, controller }: Props) {
  useSheet(STYLE)
  const news = answer ?? BEGINNING
  const { found, state } = news
  const { short, long } = picturesHelp(news, data, images)
  const done = state === 'done' || (state === 'stopped' && found !== undefined)
  return (
    <>
      <Head news={news} data={data} seconds={setup.seconds} controller={controller} />
      <div class="answer">
        <div class="sentences">
          <Card title="Does a network help?" id="help">
            <p class="short" role="status">
              {short}
            </p>
            <p>{long}</p>
          </Card>
          <Regions news={news} />
          <TryPicture found={found?.pictures} ready={done} controller={controller} />
        </div>
        <UnderstoodPictures data={data} images={images} controller={controller} />
      </div>
      <div class="stack">
        <Fold
          title="Change what is tried"
          hint="a study of networks by settings of your own"
          open={setup.unfolded}
          load={loadChange}
          props={{ data, config, setup, busy, controller }}
        />
        <Fold
          title="Show the evidence"
          hint="every number, and what is taken for what"
          load={loadEvidence}
          props={{ found, classes: images.classes }}
        />
        <Fold
          title="Take it with you"
          hint="files for programs and people"
          load={loadTake}
          props={{ controller, learned: found !== undefined, done, folder: images.isFolder }}
        />
      </div>
    </>
  )
}

const loadChange = () => import('../setup/change.tsx').then(({ Change }) => Change)
const loadEvidence = async () => PictureEvidence
const loadTake = async () => TakePictures
