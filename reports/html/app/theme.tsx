import { useEffect, useState } from 'preact/hooks'

const themes = ['auto', 'light', 'dark'] as const
type Theme = (typeof themes)[number]

/** Light or dark, as the system has it unless the reader says otherwise; remembered where the browser lets a file remember. */
export function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(storedTheme)
  useEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
    try {
      localStorage.setItem('carmine-theme', theme)
    } catch {
      // Then it is for this page alone.
    }
  }, [theme])
  return (
    <label class="choice">
      <span>Theme</span>
      <select value={theme} onChange={event => setTheme(event.currentTarget.value as Theme)}>
        {themes.map(name => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  )
}

function storedTheme(): Theme {
  try {
    return themes.find(name => name === localStorage.getItem('carmine-theme')) ?? 'auto'
  } catch {
    return 'auto'
  }
}
