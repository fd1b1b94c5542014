// All networks side by side, their curves, and what they say together.

import { useEffect, useRef, useState } from 'preact/hooks'
import { GRID } from '../../playProtocol.ts'
import { populationOf } from '../../playSettings.ts'
import { Select } from '../parts.tsx'
import { CURVES, type CurveName } from './curves.ts'
import type { Play } from './usePlay.ts'

const percent = (share: number | undefined): string => (share === undefined || Number.isNaN(share) ? '–' : `${Math.round(100 * share)} %`)

/** Every network's surface as a button: the one that is pressed is looked at. */
export function Gallery({ play: { settings, told, selected, select, screen } }: { readonly play: Play }) {
  const { variants, networks } = populationOf(settings)
  return (
    <div class="gallery">
      {variants.map(({ title }, variant) => (
        <section key={title} aria-label={title === '' ? 'The networks' : title}>
          {title !== '' && <h3>{title}</h3>}
          <ul>
            {networks.map((network, i) =>
              network.variant !== variant ? null : (
                <li key={`${network.seed}`}>
                  <button
                    type="button"
                    aria-pressed={i === selected}
                    class={(told.accuracy[i] ?? Number.NaN) >= Math.fround(settings.goal) ? 'tile reached' : 'tile'}
                    onClick={() => select(i)}
                  >
                    <canvas
                      width={GRID.small}
                      height={GRID.small}
                      ref={(canvas) => {
                        if (canvas === null) screen.canvases.tiles.delete(i)
                        else screen.canvases.tiles.set(i, canvas)
                      }}
                    />
                    <span>
                      <span class="visually-hidden">seed {network.seed}: </span>
                      {percent(told.accuracy[i])}
                    </span>
                  </button>
                </li>
              ),
            )}
          </ul>
        </section>
      ))}
    </div>
  )
}

export function CurveChart({ play: { screen, settings } }: { readonly play: Play }) {
  const [curve, setCurve] = useState<CurveName>('testAccuracy')
  const [log, setLog] = useState(false)
  const place = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    screen.chosen = { ...screen.chosen, curve, log }
    screen.repaint()
  }, [screen, curve, log, settings])
  useEffect(() => {
    const observer = new ResizeObserver(() => screen.repaint())
    if (place.current !== null) observer.observe(place.current)
    return () => observer.disconnect()
  }, [screen])
  const title = CURVES.find(({ value }) => value === curve)?.title ?? ''
  const isLoss = curve === 'loss' || curve === 'testLoss'
  return (
    <div class="curves">
      <div class="tools">
        <Select label="Of" options={CURVES} value={curve} onChange={setCurve} />
        {isLoss && (
          <label class="check">
            <input type="checkbox" checked={log} onChange={({ currentTarget }) => setLog(currentTarget.checked)} />
            Logarithmic axis
          </label>
        )}
      </div>
      <canvas
        ref={(canvas) => {
          place.current = canvas
          screen.canvases.curves = canvas
        }}
        role="img"
        aria-label={`${title} of every network by epoch; the thick line is the network that is looked at.`}
      />
    </div>
  )
}
