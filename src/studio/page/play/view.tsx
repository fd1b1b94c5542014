// Play mode: points on a plane, a population of networks that learns them, and what it says.

import { Fragment } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { toPlayAddress } from '../../playAddress.ts'
import { LESSONS } from '../../playLessons.ts'
import { populationOf } from '../../playSettings.ts'
import { Card, Notice } from '../parts.tsx'
import { useSheet } from '../useSheet.ts'
import { Controls } from './controls.tsx'
import { LessonCard } from './lessonCard.tsx'
import { Plane } from './plane.tsx'
import { CurveChart, Gallery } from './population.tsx'
import { PLAY_STYLE } from './style.ts'
import { type Play, usePlay } from './usePlay.ts'

export function PlayView() {
  useSheet(PLAY_STYLE)
  const play = usePlay()
  // Where there is no room beside the networks, they come first and the sliders fold.
  const [isWide] = useState(() => matchMedia('(min-width: 700px)').matches)
  const { settings, told, isPlaying, problem, lesson } = play
  return (
    <>
      <div class="play-head">
        <div class="actions">
          <button type="button" class="primary" aria-pressed={isPlaying} onClick={() => play.play(!isPlaying)}>
            {isPlaying ? 'Pause' : 'Train'}
          </button>
          <button type="button" disabled={isPlaying} onClick={play.step}>
            One epoch
          </button>
          <button type="button" onClick={play.restart}>
            From the beginning
          </button>
        </div>
        <span class="epoch">
          epoch {told.epoch}
          {isPlaying && told.rate !== undefined && ` · ${told.rate} frames a second`}
        </span>
      </div>
      <nav aria-label="Lessons" class="lessons">
        <b>Lessons</b>
        {LESSONS.map((one) => (
          <a key={one.id} class="button" href={toPlayAddress(one.settings, one)} aria-current={lesson?.id === one.id ? 'page' : undefined}>
            {one.title}
          </a>
        ))}
      </nav>
      {problem !== undefined && (
        <Notice kind="open">
          <p>{problem}</p>
        </Notice>
      )}
      {lesson !== undefined && <LessonCard lesson={lesson} />}
      <div class="play">
        <div class="settings">
          <section class="card" aria-label="What is tried">
            <details open={isWide}>
              <summary>What is tried</summary>
              <Controls settings={settings} set={play.set} />
            </details>
          </section>
        </div>
        <Card title="One network" id="play-network">
          <div class="looked">
            <NetworkPicture play={play} />
            <Plane play={play} />
          </div>
        </Card>
        <Card title={populationOf(settings).networks.length === 1 ? 'What it says' : 'What they say together'} id="play-together">
          <p class="visually-hidden" role="status">
            {isPlaying ? '' : told.sentences[0]}
          </p>
          <ul class="together">
            {told.sentences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          <Gallery play={play} />
        </Card>
        <Card title="Curves" id="play-curves">
          <CurveChart play={play} />
        </Card>
      </div>
    </>
  )
}

function NetworkPicture({ play: { screen, told } }: { readonly play: Play }) {
  const place = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const observer = new ResizeObserver(() => screen.repaint())
    if (place.current !== null) observer.observe(place.current)
    return () => observer.disconnect()
  }, [screen])
  const most = Math.max(...told.moved, Number.MIN_VALUE)
  return (
    <div>
      <canvas
        class="network"
        ref={(canvas) => {
          place.current = canvas
          screen.canvases.network = canvas
        }}
        role="img"
        aria-label={`A network of ${told.widths.join('-')} units. Each square is what a unit says over the plane; each line is a weight, blue above 0, orange below, the thicker the larger.`}
      />
      <h3>How far a weight moves in a frame</h3>
      <dl class="moved">
        {told.moved.map((distance, i) => {
          const name = i === told.moved.length - 1 ? 'output' : `layer ${i + 1}`
          return (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>
                <meter min={0} max={most} value={distance} aria-label={`${name}: ${distance.toExponential(1)}`} />
                <span class="figure">{distance.toExponential(1)}</span>
              </dd>
            </Fragment>
          )
        })}
      </dl>
    </div>
  )
}
