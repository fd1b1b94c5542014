'use client'

import { useEffect, useState } from 'react'
import { train } from '../../train.js'

export function Study() {
  const [words, setWords] = useState('training')
  useEffect(() => {
    globalThis.outcome ??= train()
    globalThis.outcome.then(({ fingerprint }) => setWords(fingerprint), String)
  }, [])
  return <p>{words}</p>
}
