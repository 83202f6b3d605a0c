/** The solutions of an opportunity, which AWS changes one at a time and not by a patch. */
import { useState } from 'preact/hooks';
import { useAction } from '../parts/action.js';
import { Field } from '../parts/form.js';
import { FailureNotice } from '../parts/pieces.js';
import { useRequest } from '../parts/request.js';
import type { Opportunity } from '../records/opportunity.js';

type Props = { readonly opportunity: Opportunity; readonly onChanged: () => void };

/** The largest page. */
const SOLUTIONS = 100;

export function Solutions({ opportunity: { catalog, id: identifier, relatedEntities }, onChanged }: Props) {
  const { data } = useRequest('SolutionPicker', { catalog, first: SOLUTIONS });
  const associate = useAction('AssociateOpportunity');
  const [chosen, setChosen] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const offered = (data?.solutions?.nodes ?? []).flatMap((solution) => solution ?? []);
  const nameOf = (id: string) => offered.find((solution) => solution.id === id)?.name ?? id;
  const { solutions } = relatedEntities;

  const add = async () => {
    setProblem(null);
    const input = { catalog, identifier, relatedEntityType: 'SOLUTIONS' as const, relatedEntityIdentifier: chosen };
    const answer = await associate.run({ input });
    if (answer === null) return;
    const { userErrors } = answer.associateOpportunity;
    if (userErrors.length > 0) return setProblem(userErrors.map(({ message }) => message).join(' '));
    setChosen('');
    onChanged();
  };
  return (
    <>
      <Field
        label="Solutions"
        hint={solutions.length === 0 ? 'None is associated.' : `Associated: ${solutions.map(nameOf).join(', ')}`}
        error={problem}
      >
        {(control) => (
          <div class="with-button">
            <select {...control} value={chosen} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
              <option value="">Choose a solution</option>
              {offered
                .filter(({ id }) => !solutions.includes(id))
                .map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
            </select>
            <button type="button" disabled={chosen === '' || associate.isUnderWay} onClick={() => void add()}>
              {associate.isUnderWay ? 'Associating…' : 'Associate'}
            </button>
          </div>
        )}
      </Field>
      {associate.failure !== null && <FailureNotice failure={associate.failure} what="AWS has not answered yet." />}
    </>
  );
}
