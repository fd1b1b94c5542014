import type { Point } from './gestures.ts'

/** Shows on a canvas what the pointer draws, and hands every stroke on when it ends. */
export function listen(canvas: HTMLCanvasElement, onStroke: (points: readonly Point[]) => void): void {
  const context = canvas.getContext('2d')
  let points: Point[] | undefined

  const placeOf = ({ clientX, clientY }: PointerEvent): Point => {
    const { left, top, width, height } = canvas.getBoundingClientRect()
    return [((clientX - left) * canvas.width) / width, ((clientY - top) * canvas.height) / height]
  }
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId)
    context?.clearRect(0, 0, canvas.width, canvas.height)
    points = [placeOf(event)]
  })
  canvas.addEventListener('pointermove', (event) => {
    const before = points?.at(-1)
    if (before === undefined || context === null) return
    const place = placeOf(event)
    points?.push(place)
    context.strokeStyle = getComputedStyle(canvas).color
    context.lineWidth = 4
    context.beginPath()
    context.moveTo(...before)
    context.lineTo(...place)
    context.stroke()
  })
  for (const end of ['pointerup', 'pointercancel'] as const)
    canvas.addEventListener(end, () => {
      const stroke = points
      points = undefined
      if (stroke !== undefined && end === 'pointerup') onStroke(stroke)
    })
}
