/**
 * The formats of postal codes by country, from the messages with which AWS refuses a wrong one (AWS's public samples
 * for CRM integrations, 2024). A country that AWS lists with neither a format nor "without postal codes" is not here.
 */

/**
 * A stands for a letter. 9 stands for a digit in a format of nines. In a format with other digits, such as 986NN, N
 * stands for a digit. Other signs stand for themselves. Null stands for a country without postal codes.
 */
const FORMATS: Readonly<Record<string, string | null>> = {
  AE: null,
  AF: '9999',
  AG: null,
  AL: '9999',
  AM: '9999',
  AN: null,
  AO: null,
  AT: '9999',
  AU: '9999',
  AW: null,
  AX: '99999',
  BA: '99999',
  BD: '9999',
  BE: 'B-9999 or 9999',
  BF: null,
  BG: '9999',
  BH: '999 or 9999',
  BI: null,
  BJ: null,
  BL: '97133',
  BM: 'AA 99 or AA AA',
  BN: 'KB9999',
  BO: null,
  BQ: null,
  BR: '99999 or 99999-999',
  BS: null,
  BT: '99999',
  BW: null,
  BZ: null,
  CA: 'A9A 9A9 or A9A9A9',
  CC: '9999',
  CF: null,
  CG: null,
  CH: '9999',
  CI: null,
  CK: null,
  CM: null,
  CN: '999999',
  CO: '999999',
  CR: '9999 or 99999',
  CS: '99999',
  CU: '99999',
  CV: '9999',
  CW: null,
  CX: '9999',
  CY: '9999',
  CZ: '999 99 or 99999',
  DE: '99999',
  DJ: null,
  DK: '9999',
  DM: null,
  DO: '99999',
  DZ: '99999',
  EC: '999999',
  EE: '99999',
  EG: '99999',
  ER: null,
  ES: '99999',
  ET: '9999',
  FI: '99999',
  FJ: null,
  FO: '999',
  FR: '99999',
  GB: 'A(A)N(A/N)NAA or A(A)N(A/N) NAA',
  GD: null,
  GE: '9999',
  GF: '973NN',
  GH: null,
  GL: '9999',
  GM: null,
  GP: '971NN',
  GQ: null,
  GR: '99999 or 999 99',
  GT: '99999',
  GU: '99999',
  GW: '9999',
  GY: null,
  HK: null,
  HM: null,
  HN: '99999',
  HR: '99999',
  HT: '9999',
  HU: '9999',
  ID: '99999',
  IE: 'A99 9A9A or A999A9A',
  IL: '99999 or 9999999',
  IN: '999999 or 999 999',
  IQ: '99999',
  IS: '999',
  IT: '99999',
  JM: '99',
  JO: '99999',
  JP: '9999999 or 999-9999',
  KE: '99999',
  KG: '999999',
  KH: '99999',
  KI: null,
  KM: null,
  KN: null,
  KR: '99999',
  KW: '99999',
  KZ: '999999',
  LA: '99999',
  LI: '9999',
  LK: '99999',
  LR: '9999',
  LS: '999',
  LT: '99999 or LT-99999',
  LU: '9999',
  LY: null,
  MA: '99999',
  MC: '980NN',
  ME: '99999',
  MF: '97150',
  MG: '999',
  MH: '99999',
  MK: '9999',
  ML: null,
  MM: '99999',
  MN: '99999',
  MO: null,
  MP: '99999',
  MQ: '972NN',
  MR: null,
  MT: 'AAA 9999 or AAA9999',
  MV: '9999 or 99999',
  MW: null,
  MX: '99999',
  MY: '99999',
  MZ: '9999',
  NA: '99999',
  NC: '988NN',
  NE: '9999',
  NF: '9999',
  NG: '999999',
  NI: '99999',
  NL: '9999 AA or 9999AA',
  NO: '9999',
  NP: '99999',
  NR: null,
  NU: null,
  NZ: '9999',
  OM: '999',
  PA: '999999',
  PE: '99999',
  PF: '987NN',
  PG: '999',
  PH: '9999',
  PK: '99999',
  PL: '99-999',
  PM: '97500',
  PR: '99999',
  PT: '9999 or 9999-999',
  PW: '99999',
  PY: '9999',
  QA: null,
  RE: '974NN',
  RO: '999999',
  RS: '99999',
  RW: null,
  SA: '99999-9999',
  SB: null,
  SC: null,
  SD: '99999',
  SE: 'S-99999 or SE-99999 or 99999 or 999 99',
  SG: '999999',
  SH: null,
  SJ: '9999',
  SK: '999 99 or 99999',
  SL: null,
  SM: '4789N',
  SN: '99999',
  SR: null,
  SS: '99999',
  ST: null,
  SV: '1101',
  SY: null,
  SZ: 'M999',
  TD: '99999',
  TF: null,
  TG: null,
  TH: '99999',
  TJ: '999999',
  TK: null,
  TL: null,
  TM: '999999',
  TN: '9999',
  TO: null,
  TR: '99999',
  TT: '999999',
  TV: null,
  TW: '99999',
  UA: '99999',
  UG: null,
  US: '99999 or 99999-9999',
  UY: '99999',
  VA: '120',
  VC: 'VC9999',
  VI: '99999',
  VN: '999999',
  VU: null,
  WF: '986NN',
  YE: null,
  YT: '976NN',
  ZA: '9999',
  ZM: '99999',
  ZW: null,
};

/**
 * The countries whose format is an example of one code, or contradicts the codes in use there. AWS cannot mean them
 * literally, so only their shape is compared, and a difference proves nothing.
 */
const EXAMPLES: Readonly<Record<string, RegExp>> = {
  BN: /^[A-Z]{2}\d{4}$/i,
  // AWS has two entries: two whole codes for Great Britain, and a format for the United Kingdom.
  GB: /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/i,
  IE: /^[A-Z][\dA-Z]{2} ?[\dA-Z]{4}$/i,
  SM: /^\d{5}$/,
  SV: /^\d{4}$/,
  SZ: /^[A-Z]\d{3}$/i,
  // The list has lost the leading zeros of 00120.
  VA: /^(\d{3}|\d{5})$/,
};

export type PostalCodeRule =
  /** The country has no postal codes. */
  | { readonly type: 'none' }
  | {
      readonly type: 'format';
      /** AWS's own words, in the notation of the table. */
      readonly format: string;
      /** True if AWS refuses every other form; false for an example. */
      readonly isEnforced: boolean;
      fits(code: string): boolean;
    };

/** @returns null for a country that AWS does not list */
export function postalCodeRuleOf(countryCode: string): PostalCodeRule | null {
  const format = Object.hasOwn(FORMATS, countryCode) ? FORMATS[countryCode] : undefined;
  if (format === undefined) return null;
  if (format === null) return { type: 'none' };
  const example = EXAMPLES[countryCode];
  const pattern = example ?? patternOf(format);
  return { type: 'format', format, isEnforced: example === undefined, fits: (code) => pattern.test(code.trim()) };
}

const DIGIT = '\\d';
const LETTER = '[A-Z]';

function patternOf(format: string): RegExp {
  const digit = hasOwnDigits(format) ? /N/g : /9/g;
  const forms = format.split(' or ').map((form) => form.replace(/A/g, LETTER).replace(digit, DIGIT));
  return new RegExp(`^(${forms.join('|')})$`, 'i');
}

/** True for a format such as 986NN, in which each digit stands for itself. */
function hasOwnDigits(format: string): boolean {
  return /[0-8N]/.test(format);
}
