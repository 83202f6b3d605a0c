/** The planned involvement of AWS. AWS refuses co-selling with limited visibility, so that is not offered. */
import type { InvolvementType, Visibility } from '#gql';
import { Choice } from '../parts/form.js';

export type Involvement = { readonly involvementType: InvolvementType; readonly visibility: Visibility };

export const CO_SELL: Involvement = { involvementType: 'CO_SELL', visibility: 'FULL' };

type Props = { readonly value: Involvement; readonly onChange: (value: Involvement) => void };

export function InvolvementFields({ value, onChange }: Props) {
  return (
    <>
      <Choice<InvolvementType>
        label="Involvement of AWS"
        value={value.involvementType}
        choices={[
          { value: 'CO_SELL', text: 'Co-sell', hint: 'AWS works on the sale with you.' },
          { value: 'FOR_VISIBILITY_ONLY', text: 'For visibility only', hint: 'AWS sees it and takes no part.' },
        ]}
        onChange={(involvementType) => onChange({ involvementType, visibility: 'FULL' })}
      />
      {value.involvementType === 'FOR_VISIBILITY_ONLY' && (
        <Choice<Visibility>
          label="AWS sees"
          value={value.visibility}
          choices={[
            { value: 'FULL', text: 'All details' },
            { value: 'LIMITED', text: 'Some details' },
          ]}
          onChange={(visibility) => onChange({ ...value, visibility })}
        />
      )}
    </>
  );
}
