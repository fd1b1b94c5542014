// The place of evidence on the page: loaded when it is first opened.

import { useEffect, useState } from 'preact/hooks'
import type { StudyInfo } from '../protocol.ts'
import type { Controller } from './controller.ts'
import { type EvidencePlace, fromEvidence, isEvidence } from './evidencePlace.ts'
import { useLater } from './useLater.ts'

const load = () => import('./evidence/view.tsx')

const placeOf = (hash: string): EvidencePlace | undefined => (isEvidence(hash) ? fromEvidence(hash) : undefined)

/** What evidence the address asks for; undefined where it asks for something else. */
export function useEvidencePlace(): EvidencePlace | undefined {
  const [place, setPlace] = useState(() => placeOf(location.hash))
  useEffect(() => {
    const follow = (): void => setPlace(placeOf(location.hash))
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return place
}

export function EvidencePart(props: {
  readonly place: EvidencePlace
  readonly studies: readonly StudyInfo[]
  readonly controller: Controller
}) {
  const evidence = useLater(load)
  if (evidence === undefined) return <h1 class="skeleton">Loading …</h1>
  if (evidence instanceof Error) return <p class="problem">The evidence could not be loaded: {evidence.message}. Reload the page.</p>
  return <evidence.EvidenceView {...props} />
}
