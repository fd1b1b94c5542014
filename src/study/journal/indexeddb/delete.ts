// Deletes a journal from IndexedDB.

import { deleteDB } from 'idb'
import { databaseName } from './database.ts'

/** Removes a journal and its checkpoints from the browser. Whoever has it open, in any tab, is made to let go of it. */
export async function deleteIndexedDbJournal(name: string): Promise<void> {
  await deleteDB(databaseName(name))
}
