/** The options of the fields of a patch. Each description says what an omitted field and null do. */
const CLEARS = 'Omit it to leave it unchanged; null clears it.';
const REPLACES = 'Omit it to leave it unchanged. A list replaces the whole list, and null or an empty list clears it.';
const MERGES = 'Omit it to leave it unchanged. Fields that it omits stay unchanged; null clears all of them.';

export const text = (description: string) => ({ nullable: true, description: `${description} ${CLEARS}` });
export const list = (description: string) => ({ nullable: true, description: `${description} ${REPLACES}` });
export const part = (description: string) => ({ nullable: true, description: `${description} ${MERGES}` });
