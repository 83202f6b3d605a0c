/** The findings of a process that opens a damaged directory. */
export type DiskTask = {
  readonly id: string;
  readonly transitions: { readonly nodes: readonly { readonly sequence: number; readonly status: string }[] };
};

export type DiskAnswer =
  | { readonly type: 'refused'; readonly message: string }
  /** @property found each task that was asked for by its id */
  | {
      readonly type: 'served';
      readonly tasks: readonly DiskTask[];
      readonly found: readonly string[];
      readonly errors: readonly string[];
    }
  | { readonly type: 'unshaped'; readonly message: string }
  /** The gateway left descriptors of the directory open after its stop. */
  | { readonly type: 'held'; readonly message: string }
  /** `ended` if the process ended because of the files, `silent` if it did not answer in time. */
  | { readonly type: 'ended' | 'silent'; readonly message: string };
