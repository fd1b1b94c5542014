// The page: the home view or one study.

import { useEffect, useRef } from 'preact/hooks'
import { HOME } from './controller.ts'
import { useLater } from './fold.tsx'
import { Home } from './home.tsx'
import { Icon, Lines, Notice } from './parts.tsx'
import { useStudio } from './useStudio.ts'

const loadStudy = () => import('./study/view.tsx').then(({ StudyView }) => StudyView)

export function App() {
  const { state, controller } = useStudio()
  const { shown, studies, problem, ready, busy } = state
  const info = studies.find(({ id }) => id === shown?.id)
  const Study = useLater(loadStudy, shown !== undefined)
  useHeadingFocus(shown === undefined ? `home ${state.setup.data?.title ?? ''}` : Study && info?.id)
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
            {(shown !== undefined || state.setup.data !== undefined) && (
              <a class="button" href={HOME}>
                {shown === undefined ? 'Start over' : 'New study'}
              </a>
            )}
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
        {!ready && problem === undefined && (
          <p class="skeleton">
            <span>
              <Icon name="running" /> Loading the engine …
            </span>
          </p>
        )}
        {ready && shown === undefined && <Home state={state} controller={controller} />}
        {ready && shown !== undefined && Study !== undefined && <Study key={shown.id} shown={shown} info={info} controller={controller} />}
      </main>
      <footer class="foot">Everything is computed in this browser and kept in it. No data leave this computer.</footer>
    </>
  )
}

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
