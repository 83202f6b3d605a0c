/**
 * The invented companies of the sample records. The order matters: the company with index n belongs to O5000001 + n.
 */
export type Company = {
  readonly name: string;
  readonly industry: string;
  readonly city: string;
  readonly postalCode: string;
  readonly state: string | undefined;
  readonly country: string;
  readonly project: string;
  readonly problem: string;
  /** A domain reserved by RFC 2606, which belongs to no organization. */
  readonly domain: string;
};

export const COMPANIES: readonly Company[] = [
  company(
    'Marlow Freight',
    'Transportation and Logistics',
    'Portland',
    '97205',
    'Oregon',
    'US',
    'Route planning in the cloud',
    'Dispatchers plan four hundred trucks by hand and miss delivery windows.',
  ),
  company(
    'Halden Fjord Seafood',
    'Consumer Goods',
    'Halden',
    '1767',
    undefined,
    'NO',
    'Cold chain monitoring',
    'Temperatures along the cold chain are written on paper and found too late.',
  ),
  company(
    'Brightwell Clinics',
    'Healthcare',
    'Columbus',
    '43215',
    'Ohio',
    'US',
    'Patient portal',
    'Patients book by telephone only, and one call in three is never answered.',
  ),
  company(
    'Tessellate Interiors',
    'Retail',
    'Manchester',
    'M2 5DB',
    undefined,
    'GB',
    'Showroom to web shop',
    'Showroom stock and web shop disagree, so that sold pieces are sold again.',
  ),
  company(
    'Cobalt Ridge Mining',
    'Mining',
    'Tucson',
    '85701',
    'Arizona',
    'US',
    'Haul road safety',
    'Near misses on haul roads are reported weekly instead of as they happen.',
  ),
  company(
    'Orchard & Pine Bank',
    'Financial Services',
    'Toronto',
    'M5H 2N2',
    'Ontario',
    'CA',
    'Loan decision service',
    'A loan decision takes nine days because files travel between branches.',
  ),
  company(
    'Lumen Valley Energy',
    'Energy - Power and Utilities',
    'Denver',
    '80202',
    'Colorado',
    'US',
    'Meter data platform',
    'Meter readings come in once a day and cannot show an outage in time.',
  ),
  company(
    'Quayside Studios',
    'Media and Entertainment',
    'Bristol',
    'BS1 5TY',
    undefined,
    'GB',
    'Rendering on demand',
    'Render farms stand idle for weeks and are too small before each deadline.',
  ),
  company(
    'Ferrum Castings',
    'Manufacturing',
    'Pittsburgh',
    '15222',
    'Pennsylvania',
    'US',
    'Predictive maintenance',
    'Furnaces fail without warning, and each failure stops the line for a day.',
  ),
  company(
    'Saltmarsh University',
    'Education',
    'Norwich',
    'NR1 3JU',
    undefined,
    'GB',
    'Research data archive',
    'Research groups keep their data on single disks that fail every term.',
  ),
  company(
    'Nimbus Parcel',
    'Wholesale and Distribution',
    'Rotterdam',
    '3011 AD',
    undefined,
    'NL',
    'Sorting centre twin',
    'No tool predicts how a new sorting plan changes the peaks of the day.',
  ),
  company(
    'Verdant Acres',
    'Agriculture',
    'Fresno',
    '93721',
    'California',
    'US',
    'Irrigation forecasts',
    'Fields are watered by the calendar, which wastes a third of the water.',
  ),
  company(
    'Pelham Assurance',
    'Financial Services',
    'Hartford',
    '06103',
    'Connecticut',
    'US',
    'Claims intake',
    'Claims arrive by post and wait for a week before anyone reads them.',
  ),
  company(
    'Northwater Ferries',
    'Travel',
    'Seattle',
    '98104',
    'Washington',
    'US',
    'Boarding forecasts',
    'Crews are planned by last year, and one sailing in six leaves people behind.',
  ),
];

function company(
  name: string,
  industry: string,
  city: string,
  postalCode: string,
  state: string | undefined,
  country: string,
  project: string,
  problem: string,
): Company {
  const domain = `${name.toLowerCase().replace(/[^a-z]+/g, '-')}.example.com`;
  return { name, industry, city, postalCode, state, country, project, problem, domain };
}
