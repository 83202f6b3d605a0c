/**
 * The prose of the repository, passage by passage, with the rules that each breaks.
 * As a command it lists them for the given paths: `node dist/test/support/english/english.js src/worker`. With
 * `--openings` it also lists the comments that open with a function word.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse, visit, type ASTNode } from 'graphql';
import { faultsOf, opensWithFunctionWord, sentencesOf } from './english-rules.js';
import { readSource, type Text } from './source-text.js';

const ALL = ['README.md', 'schema', 'src', 'test'];
const OPENINGS = '--openings';

export type Passage = {
  readonly path: string;
  readonly line: number;
  readonly kind: 'comment' | 'description' | 'message' | 'page' | 'title';
  readonly text: string;
};

export type Fault = {
  readonly path: string;
  readonly line: number;
  readonly kind: Passage['kind'];
  readonly fault: string;
  readonly sentence: string;
};

/** The passages of the files at or below the paths, which start at the working directory. */
export function passagesOf(paths: readonly string[] = ALL): Passage[] {
  return paths.flatMap(filesAt).flatMap((path) => passagesOfFile(path, readFileSync(path, 'utf8')));
}

export function passagesOfFile(path: string, text: string): Passage[] {
  if (path.endsWith('.md')) return [{ path, line: 1, kind: 'page', text }];
  if (path.endsWith('.graphql')) return descriptionsOf(path, text);
  const { comments, texts } = readSource(path.endsWith('.tsx') ? onlyComments(text) : text);
  const titles = texts
    .filter(isTitle)
    .map((title): Passage => ({ path, line: title.line, kind: 'title', text: title.text }));
  const messages = texts.filter((each) => path.startsWith('src/') && isMessage(each));
  return [
    ...comments.map((comment): Passage => ({ path, ...comment, kind: 'comment' })),
    ...titles,
    ...messages.map(({ line, text: message }): Passage => ({ path, line, kind: 'message', text: message })),
  ];
}

export function faultsIn(passages: readonly Passage[]): Fault[] {
  return passages.flatMap(({ path, line, kind, text }) =>
    sentencesOf(text).flatMap((sentence) => {
      const above = kind === 'message' ? 0 : linesAbove(sentence, text);
      return faultsOf(sentence).map((fault): Fault => ({ path, line: line + above, kind, fault, sentence }));
    }),
  );
}

function linesAbove(sentence: string, text: string): number {
  const begin = text.replace(/\s/g, ' ').indexOf(sentence);
  return text.slice(0, Math.max(0, begin)).split('\n').length - 1;
}

/** The share of the comments that open with a function word, from 0 to 1. */
function functionWordShare(passages: readonly Passage[]): number {
  const comments = passages.filter(({ kind }) => kind === 'comment');
  return comments.filter(({ text }) => opensWithFunctionWord(text)).length / Math.max(1, comments.length);
}

function filesAt(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesAt(join(path, entry.name));
    return /\.(?:tsx?|md|graphql)$/.test(entry.name) ? [join(path, entry.name)] : [];
  });
}

/** A comment that begins its line, with the space or the brace before it. */
const COMMENT = /^[ {]*(?:\/\/.*|\/\*[^]*?\*\/)/gm;

/** The comments of a file with markup, each in its line. The scanner of sources knows no markup. */
function onlyComments(text: string): string {
  const blank = (code: string) => code.replace(/[^\n]/g, '');
  let end = 0;
  let kept = '';
  for (const { 0: comment, index } of text.matchAll(COMMENT)) {
    kept += blank(text.slice(end, index)) + comment.replaceAll('{', ' ');
    end = index + comment.length;
  }
  return kept;
}

function isTitle({ firstArgumentOf }: Text): boolean {
  return firstArgumentOf !== null && /^(?:test|describe|it)(?:\.\w+)*$/.test(firstArgumentOf);
}

/** At least four words and no sign of SQL or of GraphQL: a text for a person. */
function isMessage({ text, tag }: Text): boolean {
  if (tag !== null || /[{}<>=]|^\s*(?:select|insert|update|delete|create|alter|with|drop|pragma) /i.test(text))
    return false;
  return text.split(/\s+/).filter((word) => /^[("'`]?[A-Za-z][\w'-]*["'`),.;:!?]*$/.test(word)).length >= 4;
}

function descriptionsOf(path: string, text: string): Passage[] {
  const found: Passage[] = [];
  visit(parse(text), {
    enter(node: ASTNode) {
      if (!('description' in node) || node.description === undefined) return;
      found.push({
        path,
        line: node.description.loc?.startToken.line ?? 1,
        kind: 'description',
        text: node.description.value,
      });
    },
  });
  return found;
}

function list(paths: readonly string[], withOpenings: boolean): void {
  const passages = passagesOf(paths);
  const faults = faultsIn(passages);
  for (const { path, line, kind, fault, sentence } of faults)
    console.log(`${path}:${line} ${kind} ${fault}: ${sentence}`);
  const opening = passages.filter(({ kind, text }) => kind === 'comment' && opensWithFunctionWord(text));
  if (withOpenings) for (const { path, line, text } of opening) console.log(`${path}:${line} ${text.split('\n')[0]}`);
  const sentences = passages.reduce((sum, { text }) => sum + sentencesOf(text).length, 0);
  const share = (functionWordShare(passages) * 100).toFixed(1);
  console.log(
    `${faults.length} faults in ${sentences} sentences; ${share} % of the comments open with a function word.`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [options, given] = [
    process.argv.filter((arg) => arg === OPENINGS),
    process.argv.slice(2).filter((arg) => arg !== OPENINGS),
  ];
  const paths = given.map((path) => relative('.', path));
  list(paths.length === 0 ? ALL : paths, options.length > 0);
}
