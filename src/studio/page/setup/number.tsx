// Inputs for numbers.

import { useEffect, useState } from 'preact/hooks'
import { Field } from '../parts.tsx'

export interface NumberRules {
  readonly low: number
  readonly high: number
  /** Whole numbers only, by default. */
  readonly fraction?: boolean | undefined
}

/** The number that a text says, or what is wrong with it. */
function readNumber(text: string, { low, high, fraction = false }: NumberRules): number | string {
  const value = Number(text.trim().replace(',', '.'))
  if (text.trim() === '' || !Number.isFinite(value)) return 'This must be a number.'
  if (!fraction && !Number.isInteger(value)) return 'This must be a whole number.'
  return value < low || value > high ? `This must be from ${low} to ${high}.` : value
}

/** Keeps what a person types until it is a number that may be. */
function useNumber(value: number, rules: NumberRules, onChange: (value: number) => void) {
  const [text, setText] = useState(String(value))
  const read = readNumber(text, rules)
  useEffect(() => {
    if (read !== value) setText(String(value))
    // Only a value that came from elsewhere takes the place of what is typed.
  }, [value])
  const take = (typed: string): void => {
    setText(typed)
    const number = readNumber(typed, rules)
    if (typeof number === 'number') onChange(number)
  }
  return { text, take, problem: typeof read === 'string' ? read : undefined }
}

export function NumberField({
  label,
  hint,
  unit,
  value,
  onChange,
  ...rules
}: NumberRules & {
  readonly label: string
  readonly hint?: string | undefined
  readonly unit?: string | undefined
  readonly value: number
  readonly onChange: (value: number) => void
}) {
  const { text, take, problem } = useNumber(value, rules, onChange)
  return (
    <Field
      label={label}
      hint={hint}
      problem={problem}
      control={(attributes) => (
        <span class="unit">
          <input {...attributes} inputMode="decimal" value={text} onInput={({ currentTarget }) => take(currentTarget.value)} />
          {unit}
        </span>
      )}
    />
  )
}

/** A number within a sentence, with a label for people who cannot see the sentence. */
export function SmallNumber({
  name,
  value,
  onChange,
  ...rules
}: NumberRules & {
  readonly name: string
  readonly value: number
  readonly onChange: (value: number) => void
}) {
  const { text, take, problem } = useNumber(value, rules, onChange)
  return (
    <input
      aria-label={problem === undefined ? name : `${name}. ${problem}`}
      aria-invalid={problem !== undefined}
      title={problem}
      inputMode="decimal"
      value={text}
      onInput={({ currentTarget }) => take(currentTarget.value)}
    />
  )
}
