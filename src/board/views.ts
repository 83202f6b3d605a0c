/**
 * The views of the board. To add a view, write a component as the default export of its file and list it here. Each is
 * loaded when it is first shown, so that it costs nothing before.
 */
import type { View } from './parts/view.js';

export const VIEWS: readonly [View, ...View[]] = [
  { name: 'tasks', title: 'Tasks', isListed: true, load: () => import('./tasks/task-list.js') },
  {
    name: 'start',
    title: 'Start',
    isListed: true,
    isOffered: ({ canStartTasks }) => canStartTasks,
    load: () => import('./start/start.js'),
  },
  { name: 'gateway', title: 'Gateway', isListed: true, load: () => import('./gateway/gateway.js') },
  { name: 'task', title: 'Task', isListed: false, load: () => import('./tasks/task-page.js') },
  { name: 'batch', title: 'Batch', isListed: false, load: () => import('./start/batch-page.js') },
];
