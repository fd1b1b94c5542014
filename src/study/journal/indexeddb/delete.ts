// Deletes a journal from IndexedDB.

import { deleteDB } from 'idb'
import { databaseName } from './database.ts'

/** Removes a journal and its checkpoints from the browser. Any tab that has it open is made to close it. */
export async function deleteIndexedDbJournal(name: string): Promise<void> {
  await deleteDB(databaseName(name))
}
