/** The record that a start names: its catalog and identifier as typed, and whether the page shows the record. */
import { useState } from 'preact/hooks';
import { useSettled } from '../parts/request.js';
import { useSession } from '../session/session.js';
import { useFirstCatalog } from './catalog-field.js';

const TYPING_MS = 400;

/**
 * @param query the address of the view, which may name the record
 * @param pattern the form of the identifier
 */
export function useIdentifier(query: URLSearchParams, pattern: RegExp) {
  const { viewer } = useSession();
  const [catalog, setCatalog] = useState(useFirstCatalog(query));
  const [text, setText] = useState(query.get('id') ?? '');
  const identifier = text.trim();
  const settled = useSettled(identifier, TYPING_MS);
  const isWellFormed = pattern.test(identifier);
  return {
    catalog,
    setCatalog,
    text,
    setText,
    identifier,
    /** The identifier once the person has stopped typing. */
    settled,
    isWellFormed,
    /** True for a text that cannot become a start. */
    isWrong: identifier !== '' && !isWellFormed,
    /** True if the record is read for the identifier in `settled`. */
    isShown: viewer.canReadRecords && pattern.test(settled),
    canChoose: viewer.canReadRecords && identifier === '',
  };
}
