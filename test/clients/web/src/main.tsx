/** The example for web frontends: React, Apollo Client and types from codegen. */
import { ApolloProvider } from '@apollo/client/react';
import { createRoot } from 'react-dom/client';
import { client } from './client';
import { Opportunities } from './opportunities';
import { Tasks } from './tasks';

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no element with the id "app".');
createRoot(root).render(
  <ApolloProvider client={client}>
    <Opportunities />
    <Tasks />
  </ApolloProvider>,
);
