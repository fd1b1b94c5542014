// The charts of a study.

import type { ComponentChildren, JSX } from 'preact'
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { LegendEntry, Panel } from '../../../report/charts/chart.ts'
import type { StudyInfo, View, ViewBlock, ViewName } from '../../protocol.ts'
import type { Controller } from '../controller.ts'
import { Card, Markup } from '../parts.tsx'
import type { Shown } from '../state.ts'

interface Place {
  readonly view: ViewName
  readonly title: string
  readonly whole?: boolean
}

/** Charts that stand together; those of one group one above the other. */
const OF_SEARCHES: readonly (readonly Place[])[] = [
  [{ view: 'convergence', title: 'How the best improved' }],
  [{ view: 'importance', title: 'What matters (importance)' }],
  [{ view: 'curves', title: 'Learning curves' }],
  [
    { view: 'confusion', title: 'Where the best network errs (confusion matrix)' },
    { view: 'calibration', title: 'Can its probabilities be believed? (calibration)' },
  ],
  [{ view: 'parallel', title: 'All trials at a glance (parallel coordinates)', whole: true }],
  [{ view: 'rungs', title: 'Do early results tell the end? (rank correlation between epochs)', whole: true }],
]
const OF_REGRESSIONS = OF_SEARCHES.map((group) =>
  group[0]?.view === 'confusion' ? [{ view: 'calibration' as const, title: 'What was predicted, against what is true' }] : group,
)
/** Of a journal alone, whose data are not known. */
const OF_JOURNALS = OF_SEARCHES.filter(([first]) => first?.view !== 'confusion')
const OF_REPLAYS: readonly (readonly Place[])[] = [[{ view: 'replay', title: 'What was published, judged', whole: true }]]

/** The engine's charts. While a study is under way, those that are near the window; otherwise all, for printing. */
export function Figures({
  shown,
  info,
  controller,
  children,
}: {
  readonly shown: Shown
  readonly info: StudyInfo
  readonly controller: Controller
  /** What stands above the first chart. */
  readonly children: ComponentChildren
}) {
  const isNumber = info.config?.data.task === 'regression'
  const groups = info.kind === 'replay' ? OF_REPLAYS : info.kind === 'imported' ? OF_JOURNALS : isNumber ? OF_REGRESSIONS : OF_SEARCHES
  const isUnderWay = info.state === 'running'
  const [near, setNear] = useState<readonly ViewName[]>([])
  const onNear = useCallback(
    (view: ViewName, isNear: boolean) => setNear((before) => [...before.filter((one) => one !== view), ...(isNear ? [view] : [])]),
    [],
  )
  useEffect(() => {
    void controller.show(isUnderWay ? near : groups.flat().map(({ view }) => view))
  }, [near, isUnderWay, groups, controller])
  return (
    <>
      {groups.map((places, i) => (
        <div key={places[0]?.view} class={places[0]?.whole === true ? 'group whole' : 'group'}>
          {i === 0 && children}
          {places.map((place) => (
            <Figure key={place.view} place={place} view={shown.views.get(place.view)} onNear={onNear} />
          ))}
        </div>
      ))}
    </>
  )
}

/** How far beyond the window's edge a chart is drawn already. */
const MARGIN = '400px'

function Figure({
  place,
  view,
  onNear,
}: {
  readonly place: Place
  readonly view: View | undefined
  readonly onNear: (view: ViewName, isNear: boolean) => void
}) {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) =>
        onNear(
          place.view,
          entries.some(({ isIntersecting }) => isIntersecting),
        ),
      {
        rootMargin: MARGIN,
      },
    )
    if (element.current !== null) observer.observe(element.current)
    return () => observer.disconnect()
  }, [place.view, onNear])
  // A drawing that is the same is left alone.
  const drawn = useMemo(() => view?.blocks.map((block, i) => <Block key={`${i} ${block.kind}`} block={block} />), [view])
  return (
    <div ref={element} data-view={place.view}>
      <Card title={place.title} id={`view-${place.view}`}>
        {drawn === undefined || drawn.length === 0 ? <p class="skeleton">{view?.empty ?? 'Nothing to show yet.'}</p> : drawn}
      </Card>
    </div>
  )
}

function Block({ block }: { readonly block: ViewBlock }) {
  switch (block.kind) {
    case 'heading':
      return <h3>{block.text}</h3>
    case 'text':
      return <p class="say">{block.text}</p>
    default:
      return (
        <figure>
          {block.kind === 'table' ? <Markup html={block.html} /> : <Chart chart={block} />}
          <figcaption>{block.caption}</figcaption>
        </figure>
      )
  }
}

function Chart({ chart: { panels, legend, labelled } }: { readonly chart: Extract<ViewBlock, { kind: 'chart' }> }) {
  const drawn = panels.map((panel, i) => <Drawing key={panel.title ?? i} panel={panel} />)
  return (
    <>
      {panels.length > 1 ? <div class="panels">{drawn}</div> : drawn}
      {legend.length > 0 && (
        <ul class={labelled ? 'legend for-narrow' : 'legend'}>
          {legend.map(({ name, color, shape }) => (
            <li key={name}>
              <svg viewBox="0 0 22 12" aria-hidden="true" style={{ color }}>
                {SHAPES[shape]}
              </svg>
              {name}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function Drawing({ panel: { title, narrow, wide } }: { readonly panel: Panel }) {
  return (
    <div>
      {title !== undefined && <h3>{title}</h3>}
      {wide === undefined ? (
        <Markup html={narrow} />
      ) : (
        <>
          <Markup className="wide" html={wide} />
          <Markup className="narrow" html={narrow} />
        </>
      )}
    </div>
  )
}

const SHAPES: Readonly<Record<LegendEntry['shape'], JSX.Element>> = {
  line: <path d="M1 6H21" stroke="currentColor" stroke-width="2.5" />,
  dashes: <path d="M1 6H21" stroke="currentColor" stroke-width="2.5" stroke-dasharray="5 3" />,
  dot: <circle cx="11" cy="6" r="4" fill="currentColor" />,
  diamond: <path d="M11 1L16 6L11 11L6 6Z" fill="none" stroke="currentColor" stroke-width="1.4" />,
}
