/**
 * The table of a record's members that a caller can edit: their names here and at AWS, and what the service model
 * allows in each. Merging, comparing, checking and mapping errors all read this one table.
 */

type Named = {
  /** AWS's name of the member. */
  readonly aws: string;
  /** True if the model requires the member in its structure. */
  readonly isRequired: boolean;
};

/** Says what is wrong with a value, and what would be right; null for a valid value. */
export type TextCheck = (value: string) => string | null;

type TextMember = Named & { readonly kind: 'text'; readonly check: TextCheck };
/** An enum of the gateway, with AWS's spelling of each value. */
type ChoiceMember = Named & { readonly kind: 'choice'; readonly spellings: Readonly<Record<string, string>> };
/** A whole number, which AWS has as digits. */
type NumberMember = Named & { readonly kind: 'number'; readonly min: number; readonly max: number };
/** Milliseconds since the epoch, which AWS has as RFC 3339 text. */
type TimeMember = Named & { readonly kind: 'time' };
type TextsMember = Named & { readonly kind: 'texts'; readonly check: TextCheck };
export type StructureMember = Named & { readonly kind: 'structure'; readonly members: Members };
export type StructuresMember = Named & {
  readonly kind: 'structures';
  readonly members: Members;
  readonly max: number;
  /** The member by which an element is recognised after a change of its other members; null if it has none. */
  readonly key: string | null;
};

export type Member =
  | TextMember
  | ChoiceMember
  | NumberMember
  | TimeMember
  | TextsMember
  | StructureMember
  | StructuresMember;

/** By their names in the gateway's records. */
export type Members = { readonly [name: string]: Member };

/** A patch of the members of `T`: absent means unchanged, null clears, and a list is replaced. */
export type PatchOf<T> = { readonly [K in keyof T]?: PatchValue<NonNullable<T[K]>> | null | undefined };
/** The schema reads a time as a Date. */
type PatchValue<V> = V extends string
  ? V
  : V extends number
    ? V | Date
    : V extends readonly string[]
      ? readonly string[]
      : V extends readonly (infer E)[]
        ? readonly PatchOf<E>[]
        : PatchOf<V>;

/** The table for the patch `P` and AWS's structure `A`. It compiles only if each member of `P` has one of AWS that fits. */
export type MembersOf<P, A> = { readonly [K in keyof P]-?: MemberOf<NonNullable<P[K]>, A> };
type MemberOf<V, A> = {
  readonly [N in keyof A & string]: { readonly aws: N } & KindOf<V, NonNullable<A[N]>>;
}[keyof A & string];
type KindOf<V, A> = V extends readonly string[]
  ? A extends readonly string[]
    ? TextsMember
    : never
  : V extends readonly (infer E)[]
    ? A extends readonly (infer B)[]
      ? StructuresMember & { readonly members: MembersOf<E, B> }
      : never
    : V extends string
      ? A extends string
        ? TextMember | ChoiceMember
        : never
      : V extends number
        ? A extends Date
          ? TimeMember
          : A extends string
            ? NumberMember
            : never
        : A extends object
          ? StructureMember & { readonly members: MembersOf<V, A> }
          : never;

type Required = { readonly required?: boolean };

export function text<const N extends string>(aws: N, check: TextCheck = anyText, { required = false }: Required = {}) {
  return { kind: 'text', aws, check, isRequired: required } as const;
}

export function choice<const N extends string>(aws: N, spellings: Readonly<Record<string, string>>) {
  return { kind: 'choice', aws, spellings, isRequired: false } as const;
}

export function wholeNumber<const N extends string>(aws: N, min: number, max: number, { required = false } = {}) {
  return { kind: 'number', aws, min, max, isRequired: required } as const;
}

export function time<const N extends string>(aws: N, { required = false } = {}) {
  return { kind: 'time', aws, isRequired: required } as const;
}

export function texts<const N extends string>(aws: N, check: TextCheck = anyText) {
  return { kind: 'texts', aws, check, isRequired: false } as const;
}

export function structure<const N extends string, const M extends Members>(
  aws: N,
  members: M,
  { required = false }: Required = {},
) {
  return { kind: 'structure', aws, members, isRequired: required } as const;
}

export function structures<const N extends string, const M extends Members>(
  aws: N,
  members: M,
  { max = Infinity, key = null }: { readonly max?: number; readonly key?: string | null } = {},
) {
  return { kind: 'structures', aws, members, max, key, isRequired: false } as const;
}

const anyText: TextCheck = () => null;
