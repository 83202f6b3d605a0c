/** The catalog of a start. There is no control if the person may use one catalog only. */
import type { Catalog } from '#gql';
import { Choice } from '../parts/form.js';
import { useSession } from '../session/session.js';

type Props = { readonly value: Catalog; readonly onChange: (catalog: Catalog) => void };

export function CatalogField({ value, onChange }: Props) {
  const { viewer } = useSession();
  if (viewer.catalogs.length < 2) return null;
  const choices = viewer.catalogs.map((catalog) => ({
    value: catalog,
    text: catalog === 'AWS' ? 'AWS (production)' : 'Sandbox',
  }));
  return <Choice label="Catalog" value={value} choices={choices} onChange={onChange} />;
}

/** The catalog of the address if the person may use it; otherwise the first one, the safer one. */
export function useFirstCatalog(query: URLSearchParams): Catalog {
  const { viewer } = useSession();
  const named = viewer.catalogs.find((catalog) => catalog === query.get('catalog'));
  return named ?? viewer.catalogs.find((catalog) => catalog === 'SANDBOX') ?? viewer.catalogs[0] ?? 'SANDBOX';
}
