/** A view, as the frame knows it. */
import type { FunctionComponent } from 'preact';
import type { Viewer } from '../session/session.js';
import type { Route } from './route.js';

export type ViewProps = {
  /** The parts of the path after the name of the view. */
  readonly path: readonly string[];
  readonly query: Route['query'];
};

export type View = {
  /** The first part of the path: `#/tasks`. */
  readonly name: string;
  readonly title: string;
  /** True if the navigation lists the view. */
  readonly isListed: boolean;
  /** Without it every person may use the view. */
  readonly isOffered?: (viewer: Viewer) => boolean;
  load(): Promise<{ readonly default: FunctionComponent<ViewProps> }>;
};
