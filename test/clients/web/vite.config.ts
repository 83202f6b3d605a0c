/** Vite's configuration of the example. */
export { default } from '../recipes/vite';
