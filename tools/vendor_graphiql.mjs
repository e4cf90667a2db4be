// Copies the published files of GraphiQL and React to a folder, with the licences of all packages that they contain:
// node tools/vendor_graphiql.mjs FOLDER
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

const FILES = [
  'graphiql/graphiql.min.css',
  'graphiql/graphiql.min.js',
  'react/umd/react.production.min.js',
  'react-dom/umd/react-dom.production.min.js',
]
const MODULES = join(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), '..', 'node_modules')

function folderOf(name, parent) {
  for (const modules of createRequire(join(parent, 'package.json')).resolve.paths(name)) {
    if (existsSync(join(modules, name, 'package.json'))) return join(modules, name)
  }
  throw new Error(`${name} is not installed`)
}

function collectPackages(name, parent, packages) {
  const folder = folderOf(name, parent)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const key = `${manifest.name} ${manifest.version}`
  if (packages.has(key) || manifest.name.startsWith('@types/')) return
  packages.set(key, { folder, license: manifest.license })
  for (const dependency of Object.keys(manifest.dependencies ?? {})) collectPackages(dependency, folder, packages)
}

function licenceText({ folder, license }) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name))
  return file ? readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim() : `Licence: ${license}`
}

const target = process.argv[2]
mkdirSync(target, { recursive: true })
for (const file of FILES) copyFileSync(join(MODULES, file), join(target, basename(file)))

const packages = new Map()
for (const name of ['graphiql', 'graphql', 'react', 'react-dom']) collectPackages(name, MODULES, packages)
const texts = [...packages.keys()].sort().map((key) => `${key}\n\n${licenceText(packages.get(key))}\n`)
writeFileSync(join(target, 'LICENSES'), texts.join(`\n${'-'.repeat(80)}\n\n`))
