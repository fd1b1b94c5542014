// The page: the home view or one study.

import { useEffect, useRef } from 'preact/hooks'
import { PLAY } from '../playPlace.ts'
import { HOME } from './controller.ts'
import { EvidencePart, useEvidencePlace } from './evidencePart.tsx'
import { useLater } from './fold.tsx'
import { Home } from './home.tsx'
import { Icon, Lines, Notice } from './parts.tsx'
import { PlayPart, usePlayOpen } from './playPart.tsx'
import { useStudio } from './useStudio.ts'

const loadStudy = () => import('./study/view.tsx').then(({ StudyView }) => StudyView)

export function App() {
  const { state, controller } = useStudio()
  const { shown, studies, problem, ready, busy } = state
  const info = studies.find(({ id }) => id === shown?.id)
  const isPlaying = usePlayOpen()
  const evidence = useEvidencePlace()
  const isElsewhere = isPlaying || evidence !== undefined
  const Study = useLater(loadStudy, shown !== undefined && !isElsewhere)
  const place = isPlaying ? 'play' : evidence === undefined ? undefined : JSON.stringify(evidence)
  useHeadingFocus(place ?? (shown === undefined ? `home ${state.setup.data?.title ?? ''}` : Study && info?.id))
  useEffect(() => {
    document.title = info === undefined ? 'espalier studio' : `${info.title} · espalier studio`
  }, [info?.title])
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <header class="bar">
        <div class="top">
          <a class="brand" href={HOME}>
            espalier <small>studio</small>
          </a>
          <nav aria-label="Studio" class="actions">
            {(shown !== undefined || isElsewhere || state.setup.data !== undefined) && (
              <a class="button" href={HOME}>
                {isElsewhere ? 'Back to the studio' : shown === undefined ? 'Start over' : 'New study'}
              </a>
            )}
            {documentation !== undefined && (
              <a class="button" href={documentation}>
                Documentation
              </a>
            )}
            <a class="button" href={PLAY} aria-current={isPlaying ? 'page' : undefined}>
              Play
            </a>
          </nav>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <p class="visually-hidden" role="status">
          {busy}
        </p>
        {problem !== undefined && (
          <Notice kind="bad">
            <Lines text={problem.message} />
            <button type="button" onClick={() => controller.dismiss()}>
              Close this message
            </button>
          </Notice>
        )}
        {isPlaying && <PlayPart />}
        {evidence !== undefined && ready && <EvidencePart place={evidence} studies={studies} controller={controller} />}
        {!isPlaying && !ready && problem === undefined && (
          <p class="skeleton">
            <span>
              <Icon name="running" /> Loading the engine …
            </span>
          </p>
        )}
        {!isElsewhere && ready && shown === undefined && <Home state={state} controller={controller} />}
        {!isElsewhere && ready && shown !== undefined && Study !== undefined && (
          <Study key={shown.id} shown={shown} info={info} controller={controller} />
        )}
      </main>
      <footer class="foot">Everything is computed in this browser and kept in it. No data leave this computer.</footer>
    </>
  )
}

/** Where the documentation is, of a studio that is the front page of its site. */
const documentation = document.querySelector<HTMLLinkElement>('link[rel=help]')?.href

/** Who opens another part of the page hears what it is. @param part undefined while it is being opened */
function useHeadingFocus(part: string | undefined): void {
  const before = useRef(part)
  useEffect(() => {
    if (part === undefined || before.current === part) return
    before.current = part
    document.querySelector<HTMLElement>('main h1')?.focus()
    scrollTo(0, 0)
  }, [part])
}
