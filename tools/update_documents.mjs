// Writes the trusted documents, and keeps those that they replace for clients that still send their ids:
// node tools/update_documents.mjs GENERATED FOLDER
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [generated, folder] = process.argv.slice(2)
const TRUSTED = join(folder, 'trusted-documents.json')
const EARLIER = join(folder, 'earlier-documents.json')

function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

const current = read(generated)
const earlier = Object.entries({ ...read(EARLIER), ...read(TRUSTED) }).filter(([id]) => !(id in current))
writeFileSync(EARLIER, JSON.stringify(Object.fromEntries(earlier), null, 2))
writeFileSync(TRUSTED, readFileSync(generated))
