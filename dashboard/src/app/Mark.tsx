/** The name, with its signature stroke. */
export function Mark() {
  return (
    <span className="flex items-center gap-2 font-semibold">
      <svg viewBox="0 0 32 32" className="size-6 shrink-0" aria-hidden="true">
        <rect width="32" height="32" rx="8" className="fill-accent" />
        <path
          d="M8 19.5c3.2-7.6 5.6-9.6 6.7-8.6 1.5 1.4-2.6 8.3-.9 8.9 1.3.4 3.1-3.6 4.5-3.5 1.1.1.2 2.9 1.5 3.2 1 .2 2.3-1.2 4.2-2.5"
          className="stroke-on-accent"
          fill="none"
          strokeWidth="2.4"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      Countersign
    </span>
  );
}
