// The place of evidence on the page: loaded when it is first opened.

import { useEffect, useState } from 'preact/hooks'
import { type EvidencePlace, fromEvidence, isEvidence } from '../evidencePlace.ts'
import type { StudyInfo } from '../protocol.ts'
import type { Controller } from './controller.ts'
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
  const { study, trial, beside } = props.place
  const title = beside !== undefined ? 'Side by side' : trial !== undefined ? `Trial ${trial}` : 'Evidence'
  return (
    <>
      <h1 tabIndex={-1}>
        {title}: {props.studies.find(({ id }) => id === study)?.title ?? 'a study'}
      </h1>
      {evidence === undefined ? (
        <p class="skeleton">Loading …</p>
      ) : evidence instanceof Error ? (
        <p class="problem">The evidence could not be loaded: {evidence.message}. Reload the page.</p>
      ) : (
        <evidence.EvidenceView {...props} />
      )}
    </>
  )
}
