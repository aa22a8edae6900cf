// Runs before the first paint so that a dark desk never flashes white. Kept as a file: the content policy allows no
// inline script. The key and shape are those of src/lib/preferences.ts.
;(() => {
  const root = document.documentElement
  let kept = {}
  try {
    kept = JSON.parse(localStorage.getItem('bellwether.preferences') || '{}')
  } catch {
    kept = {} // storage is forbidden or holds something else: the defaults do
  }
  const dark = kept.theme === 'dark' || (kept.theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
  root.setAttribute('data-density', kept.density === 'compact' ? 'compact' : 'comfortable')
})()
