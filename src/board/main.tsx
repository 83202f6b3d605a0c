/** The entry of the board: reads the settings of the gateway, and shows the page. */
import { render } from 'preact';
import { App } from './app.js';
import './style/main.css';

const root = document.getElementById('board');
if (root === null) throw new Error('The page has no element with the id "board".');
render(<App />, root);
