/** GraphQL Code Generator for a web client: `npx graphql-codegen --config codegen.ts`. */
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';

export default {
  schema: 'schema/schema.graphql',
  // The client's own documents follow, for example 'src/**/*.tsx'.
  documents: ['schema/operations/*.graphql'],
  generates: {
    './src/gql/': {
      preset: 'client',
      // Apollo Client's cache needs the types, and cannot add them to a document that is registered already.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      presetConfig: { persistedDocuments: true, fragmentMasking: false },
      config: {
        scalars: { DateTime: 'string' },
        // The projects of Vite compile with verbatimModuleSyntax, which needs it.
        useTypeImports: true,
        // The gateway may add values to an enum, so a switch needs a default.
        futureProofEnums: true,
      },
    },
  },
};
