// The plane: the surface of one network, the points over it, and the way to set points of one's own.

import { useEffect, useRef, useState } from 'preact/hooks'
import { at } from '../../../core/at.ts'
import { GRID, type Points } from '../../playProtocol.ts'
import type { OwnPoint } from '../../playSettings.ts'
import type { Play } from './usePlay.ts'

/** How far an arrow key moves, and how near a point is that is taken away. */
const STEP = 0.05
const NEAR = 0.12
const MOST = 400

const TOOLS = [
  { value: 'blue', title: 'adds blue' },
  { value: 'orange', title: 'adds orange' },
  { value: 'away', title: 'takes away' },
] as const
type Tool = (typeof TOOLS)[number]['value']

const clamp = (x: number): number => Math.max(-1, Math.min(1, x))

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
}

const ownOf = ({ places, classes }: Points): OwnPoint[] => Array.from(classes, (own, i) => [at(places, 2 * i), at(places, 2 * i + 1), own])

export function Plane({ play }: { readonly play: Play }) {
  const { screen, points, settings, set } = play
  const [tool, setTool] = useState<Tool>('blue')
  const overlay = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const observer = new ResizeObserver(() => screen.paintPoints())
    if (overlay.current !== null) observer.observe(overlay.current)
    return () => observer.disconnect()
  }, [screen])

  const change = (x: number, y: number, how: Tool): void => {
    if (points === undefined) return
    const all = settings.points === 'own' ? settings.own : ownOf(points)
    if (how !== 'away') {
      const added: OwnPoint = [x, y, how === 'blue' ? 1 : 0]
      set({ points: 'own', own: [...all, added].slice(-MOST) })
      return
    }
    const far = ([px, py]: OwnPoint): number => Math.hypot(px - x, py - y)
    const nearest = [...all].sort((a, b) => far(a) - far(b))[0]
    if (nearest !== undefined && far(nearest) < NEAR) set({ points: 'own', own: all.filter((one) => one !== nearest) })
  }
  const click = (event: MouseEvent & { readonly currentTarget: HTMLElement }): void => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect()
    change(
      clamp(((event.clientX - left) / width) * 2 - 1),
      clamp(1 - ((event.clientY - top) / height) * 2),
      event.shiftKey ? 'orange' : tool,
    )
  }
  const press = (event: KeyboardEvent): void => {
    const [x, y] = screen.cross ?? [0, 0]
    const arrow = ARROWS[event.key]
    if (arrow !== undefined) screen.cross = [clamp(x + arrow[0]), clamp(y + arrow[1])]
    else if (event.key === ' ' || event.key === 'Enter') change(x, y, tool)
    else if (event.key === 'Delete' || event.key === 'Backspace') change(x, y, 'away')
    else return
    event.preventDefault()
    screen.paintPoints()
  }
  const showCross = (isThere: boolean): void => {
    screen.cross = isThere ? (screen.cross ?? [0, 0]) : undefined
    screen.paintPoints()
  }
  return (
    <div class="plane">
      <div
        class="square"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move its cross
        tabIndex={0}
        role="application"
        aria-label="The plane of points. The arrow keys move a cross, space sets a point there, delete takes the nearest away."
        onClick={click}
        onKeyDown={press}
        onFocus={({ currentTarget }) => showCross(currentTarget.matches(':focus-visible'))}
        onBlur={() => showCross(false)}
      >
        <canvas
          ref={(canvas) => {
            screen.canvases.surface = canvas
          }}
          width={GRID.large}
          height={GRID.large}
        />
        <canvas
          ref={(canvas) => {
            overlay.current = canvas
            screen.canvases.points = canvas
          }}
        />
      </div>
      <fieldset class="switch-line">
        <legend>A click on the plane</legend>
        <div class="switch">
          {TOOLS.map(({ value, title }) => (
            <label key={value}>
              <input type="radio" name="tool" checked={tool === value} onChange={() => setTool(value)} />
              {title}
            </label>
          ))}
        </div>
        <button type="button" onClick={() => set({ points: 'own', own: [] })}>
          Clear the plane
        </button>
      </fieldset>
    </div>
  )
}
