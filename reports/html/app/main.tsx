import { render } from 'preact'
import { App } from './app.tsx'
import { readData } from './data.ts'
import './style.css'

readData().then(data => {
  const place = document.getElementById('app')!
  place.replaceChildren()
  render(<App data={data} />, place)
  performance.mark('rendered')
})
