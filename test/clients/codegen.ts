/** Runs codegen's client preset as its command line does. The command line itself does not support Node 20. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { disableFragmentWarnings } from '@apollo/client';
import { codegen } from '@graphql-codegen/core';
import { preset } from '@graphql-codegen/client-preset';
import { transform } from 'esbuild';
import { buildSchema, parse } from 'graphql';
import config from './recipes/codegen.js';

// The preset parses each fragment once more, for each document that uses it.
disableFragmentWarnings();

const { presetConfig, documentTransforms, config: options } = config.generates['./src/gql/'];

/**
 * Generates the client's code.
 * @param documents by their paths
 */
export async function generate(
  documents: ReadonlyMap<string, string>,
  directory: string,
  language: 'TypeScript' | 'JavaScript',
): Promise<void> {
  const text = readFileSync(config.schema, 'utf8');
  const sections = await preset.buildGeneratesSection({
    baseOutputDir: `${directory}/`,
    schema: parse(text),
    schemaAst: buildSchema(text),
    documents: [...documents].map(([location, rawSDL]) => ({ location, rawSDL, document: parse(rawSDL) })),
    config: options,
    presetConfig,
    documentTransforms: documentTransforms.map((transformObject, index) => ({ name: String(index), transformObject })),
    plugins: [],
    pluginMap: {},
  });
  mkdirSync(directory, { recursive: true });
  for (const section of sections) {
    const content = await codegen(section);
    if (language === 'TypeScript' || !section.filename.endsWith('.ts')) writeFileSync(section.filename, content);
    else {
      const { code } = await transform(content, { loader: 'ts', format: 'esm' });
      writeFileSync(section.filename.replace(/\.ts$/, '.mjs'), code);
    }
  }
}
