/** The solutions that the partner has registered, equal in both catalogs. */
export type Solution = {
  readonly Id: string;
  readonly Name: string;
  readonly Status: 'Active' | 'Inactive' | 'Draft';
  readonly Category: string;
  readonly CreatedDate: string;
  readonly AwsMarketplaceSolutionArn?: string;
};

export const SOLUTIONS: readonly Solution[] = [
  solution('S-0000001', 'Migration Workshop', 'Active', 'Consulting Service', 11),
  {
    ...solution('S-0050001', 'Fleet Planner', 'Active', 'Software Product', 12),
    AwsMarketplaceSolutionArn:
      'arn:aws:aws-marketplace:us-east-1:123456789012:AWSMarketplace/Solution/sol-fleetplanner',
  },
  solution('S-0050002', 'Cold Chain Monitor', 'Active', 'Software Product', 13),
  solution('S-0050003', 'Night Watch', 'Inactive', 'Managed Service', 14),
  solution('S-0050004', 'Archive Gateway', 'Draft', 'Software Product', 15),
];

function solution(Id: string, Name: string, Status: Solution['Status'], Category: string, day: number): Solution {
  return { Id, Name, Status, Category, CreatedDate: new Date(Date.UTC(2025, 4, day, 8)).toISOString() };
}
