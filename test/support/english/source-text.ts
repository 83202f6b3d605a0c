/**
 * The comments and the strings of a TypeScript file. Comment signs inside strings, templates and regular expressions
 * are not comments. The sign before a slash decides between a regular expression and a division, which is enough for
 * this repository's code.
 */
/** @property line of the text's first line */
export type Comment = { readonly line: number; readonly text: string };

export type Text = {
  readonly line: number;
  /** Literals that `+` joins are one text; an expression in a template is `x`. */
  readonly text: string;
  /** The dotted name of the call whose first argument this is, such as `test` or `test.each`; else null. */
  readonly firstArgumentOf: string | null;
  /** The name directly before a template, such as `sql`; else null. */
  readonly tag: string | null;
};

export function readSource(source: string): { readonly comments: Comment[]; readonly texts: Text[] } {
  const scanner = new Scanner(source);
  scanner.read();
  return { comments: scanner.comments, texts: scanner.texts };
}

/** A placeholder for a string, a template or a regular expression in the code that was read. */
const TEXT = '\u0001';
const NAME_AT_END = /[A-Za-z_$][\w$.]*$/;
const BEFORE_EXPRESSION =
  /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield))$/;

class Scanner {
  readonly comments: (Comment & { lastLine: number; isLine: boolean })[] = [];
  readonly texts: Text[] = [];
  /** The names of the calls whose parentheses are open, and of the one that was closed last. */
  private readonly calls: (string | null)[] = [];
  private closed: string | null = null;
  /** The code before `at`, without comments and the space at its end. */
  private code = '';
  private at = 0;
  private line = 1;

  constructor(private readonly source: string) {}

  /** Reads to the end, or behind the brace that ends an expression of a template. */
  read(): void {
    for (let depth = 0; this.at < this.source.length;) {
      const sign = this.source[this.at] ?? '';
      if (sign === '{') depth++;
      if (sign === '}') depth--;
      if (depth < 0) {
        this.at++;
        return;
      }
      this.readSign(sign);
    }
  }

  private readSign(sign: string): void {
    if (this.source.startsWith('//', this.at)) this.readLineComment();
    else if (this.source.startsWith('/*', this.at)) this.readBlockComment();
    else if (sign === "'" || sign === '"') this.readString(sign);
    else if (sign === '`') this.readTemplate();
    else if (sign === '/' && BEFORE_EXPRESSION.test(this.code)) this.readExpression();
    else this.readCode(sign);
  }

  private readCode(sign: string): void {
    if (sign === '(')
      this.calls.push(this.code.endsWith(')') ? this.closed : (NAME_AT_END.exec(this.code)?.[0] ?? null));
    if (sign === ')') this.closed = this.calls.pop() ?? null;
    if (/\s/.test(sign)) this.skipSpace();
    else {
      this.code += sign;
      this.at++;
    }
  }

  /** Keeps the space between two words only, so that the end of the code is always a sign. */
  private skipSpace(): void {
    const space = /\s+/y;
    space.lastIndex = this.at;
    this.skip(space.exec(this.source)?.[0] ?? '');
    if (/\w$/.test(this.code) && /\w/.test(this.source[this.at] ?? '')) this.code = `${this.code} `;
  }

  private skip(text: string): void {
    this.line += text.split('\n').length - 1;
    this.at += text.length;
  }

  private upTo(mark: string, from: number): string {
    const end = this.source.indexOf(mark, from);
    return this.source.slice(from, end < 0 ? this.source.length : end);
  }

  private readLineComment(): void {
    const raw = this.upTo('\n', this.at);
    const text = raw.slice(2).trim();
    const last = this.comments.at(-1);
    if (last?.isLine === true && last.lastLine === this.line - 1) {
      this.comments[this.comments.length - 1] = { ...last, text: `${last.text}\n${text}`, lastLine: this.line };
    } else this.comments.push({ line: this.line, text, lastLine: this.line, isLine: true });
    this.skip(raw);
  }

  private readBlockComment(): void {
    const raw = this.upTo('*/', this.at + 2);
    const text = raw
      .replace(/^\*/, '')
      .split('\n')
      .map((line) => line.replace(/^\s*\*/, '').trim())
      .join('\n')
      .trim();
    const before = /^\*?\s*/.exec(raw)?.[0] ?? '';
    this.comments.push({ line: this.line + before.split('\n').length - 1, text, lastLine: this.line, isLine: false });
    this.skip(`/*${raw}*/`);
  }

  private readString(quote: string): void {
    let end = this.at + 1;
    while (this.source[end] !== quote) {
      if (end >= this.source.length || this.source[end] === '\n')
        throw new Error(`The string in line ${this.line} has no end.`);
      end += this.source[end] === '\\' ? 2 : 1;
    }
    this.addText(this.source.slice(this.at + 1, end).replace(/\\(.)/g, '$1'), this.line, null);
    this.skip(this.source.slice(this.at, end + 1));
  }

  private readTemplate(): void {
    const { line, code } = this;
    const tag = NAME_AT_END.exec(code)?.[0] ?? null;
    let text = '';
    this.at++;
    while (this.source[this.at] !== '`') {
      if (this.at >= this.source.length) throw new Error(`The template in line ${line} has no end.`);
      if (this.source.startsWith('${', this.at)) {
        text += 'x';
        this.at += 2;
        this.code = '';
        this.read();
      } else {
        const isEscape = this.source[this.at] === '\\';
        text += this.source[isEscape ? this.at + 1 : this.at] ?? '';
        this.skip(this.source.slice(this.at, this.at + (isEscape ? 2 : 1)));
      }
    }
    this.at++;
    this.code = code;
    this.addText(text, line, tag);
  }

  private addText(text: string, line: number, tag: string | null): void {
    const last = this.texts.at(-1);
    if (this.code.endsWith(`${TEXT}+`) && last !== undefined)
      this.texts[this.texts.length - 1] = { ...last, text: last.text + text };
    else
      this.texts.push({
        line,
        text,
        firstArgumentOf: this.code.endsWith('(') ? (this.calls.at(-1) ?? null) : null,
        tag,
      });
    this.code += TEXT;
  }

  private readExpression(): void {
    let end = this.at + 1;
    for (let inClass = false; inClass || this.source[end] !== '/';) {
      const sign = this.source[end];
      if (sign === undefined || sign === '\n')
        throw new Error(`The regular expression in line ${this.line} has no end.`);
      if (sign === '[') inClass = true;
      if (sign === ']') inClass = false;
      end += sign === '\\' ? 2 : 1;
    }
    this.skip(this.source.slice(this.at, end + 1));
    this.code += TEXT;
  }
}
