/** The addresses of evidence: of a study, of a trial of it, of two trials or two studies side by side. */

const EVIDENCE = '#evidence?'

export interface EvidencePlace {
  readonly study: string
  /** Of a replay: which of its studies. */
  readonly part: string | undefined
  readonly trial: number | undefined
  /** What stands beside it: a trial of this or another study, or another study. */
  readonly beside: { readonly study: string; readonly part: string | undefined; readonly trial: number | undefined } | undefined
}

export const isEvidence = (hash: string): boolean => hash.startsWith(EVIDENCE)

export function toEvidence(study: string, { part, trial, beside }: Partial<Omit<EvidencePlace, 'study'>> = {}): string {
  const said = new URLSearchParams({ study })
  const set = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) said.set(name, String(value))
  }
  set('part', part)
  set('trial', trial)
  set('with', beside?.study)
  set('withPart', beside?.part)
  set('withTrial', beside?.trial)
  return EVIDENCE + said
}

export function fromEvidence(hash: string): EvidencePlace {
  const said = new URLSearchParams(hash.slice(EVIDENCE.length))
  const text = (name: string): string | undefined => said.get(name) ?? undefined
  const number = (name: string): number | undefined => (said.has(name) ? Number(said.get(name)) : undefined)
  const other = text('with')
  return {
    study: text('study') ?? '',
    part: text('part'),
    trial: number('trial'),
    beside: other === undefined ? undefined : { study: other, part: text('withPart'), trial: number('withTrial') },
  }
}
