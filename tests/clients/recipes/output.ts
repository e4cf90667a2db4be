// What the programs that run the recipes have in common.

/** Prints the ids of what waits, as a line of JSON. */
export function print(events: Iterable<{ id: string }>): void {
  console.log(JSON.stringify({ ids: [...events].map(({ id }) => id).sort() }))
}

export function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}

const controller = new AbortController()

/** Is aborted while the recipe reads the list, if the variable STOP is set. */
export const { signal } = controller

if (process.env['STOP'] !== undefined) setTimeout(() => controller.abort())
