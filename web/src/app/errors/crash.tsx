import { Component, type ReactNode } from 'react'
import { Broken } from './broken.tsx'

/** React asks for a class here: the last net, under everything that no page caught. */
export class Crash extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {}

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error }
  }

  override render(): ReactNode {
    if (!('error' in this.state)) return this.props.children
    return <Broken error={this.state.error} again={() => location.reload()} />
  }
}
