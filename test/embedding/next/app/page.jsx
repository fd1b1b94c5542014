import { datasetNames } from 'espalier'
import { Study } from './study.jsx'

// A server component: it imports the package, and the page is rendered with what it says.
export default function Page() {
  return (
    <main>
      <p id="names">{datasetNames.join(', ')}</p>
      <Study />
    </main>
  )
}
