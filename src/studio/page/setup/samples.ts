// The sample data sets that the server offers.

import { useEffect, useState } from 'preact/hooks'
import type { SampleName } from '../../config.ts'

interface Sample {
  readonly name: SampleName
  readonly title: string
  readonly about: string
}

const PIMA: Sample = { name: 'pima', title: 'Pima diabetes', about: '768 patients' }
const CARS: Sample = { name: 'auto-mpg', title: 'Miles per gallon', about: '398 cars' }
const CONCRETE: Sample = { name: 'concrete', title: 'Strength of concrete', about: '1,030 mixtures' }
const VOTES: Sample = { name: 'votes', title: 'Votes and parties', about: '435 members of Congress' }
/** Part of the page. */
const TABLES = [PIMA, CARS, CONCRETE, VOTES]
const FASHION: Sample = { name: 'fashion-mnist', title: 'Fashion-MNIST', about: '70,000 pictures of clothes' }

/** The samples that lie beside the page: Fashion-MNIST where the server says that it has it. */
export function useSamples(): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>(TABLES)
  useEffect(() => {
    fetch(new URL('./data/samples.json', import.meta.url))
      .then((response) => response.json())
      .then((names: unknown) => {
        if (Array.isArray(names) && names.includes(FASHION.name)) setSamples([...TABLES, FASHION])
      })
      // Without the list there are those that are part of the page.
      .catch(() => undefined)
  }, [])
  return samples
}
