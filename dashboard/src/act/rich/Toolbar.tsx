import type { Command, EditorState } from 'prosemirror-state';
import { type KeyboardEvent, useRef, useState } from 'react';
import { commands, isInside, isMarked, levelOf } from './commands.ts';
import { schema } from './schema.ts';

const { nodes, marks } = schema;
const onApple = /Mac|iPhone|iPad/.test(navigator.userAgent);
const keyed = (key: string) => (onApple ? `⌘${key}` : `Ctrl+${key}`);

interface Tool {
  name: string;
  face: string;
  look?: string;
  key?: string;
  run: Command;
  on?: (state: EditorState) => boolean;
}

const TOOLS: readonly Tool[] = [
  { name: 'Bold', face: 'B', look: 'font-bold', key: 'B', run: commands.bold, on: (s) => isMarked(s, marks.strong) },
  { name: 'Italic', face: 'I', look: 'italic', key: 'I', run: commands.italic, on: (s) => isMarked(s, marks.em) },
  { name: 'Heading 1', face: 'H1', key: 'Alt+1', run: commands.heading1, on: (s) => levelOf(s) === 1 },
  { name: 'Heading 2', face: 'H2', key: 'Alt+2', run: commands.heading2, on: (s) => levelOf(s) === 2 },
  { name: 'Heading 3', face: 'H3', key: 'Alt+3', run: commands.heading3, on: (s) => levelOf(s) === 3 },
  {
    name: 'List',
    face: '• List',
    key: 'Shift+8',
    run: commands.bullets,
    on: (s) => isInside(s, nodes.bullet_list),
  },
  {
    name: 'Numbered list',
    face: '1. List',
    key: 'Shift+7',
    run: commands.numbers,
    on: (s) => isInside(s, nodes.ordered_list),
  },
  { name: 'Quote', face: '“ Quote', key: 'Shift+9', run: commands.quote, on: (s) => isInside(s, nodes.blockquote) },
  { name: 'Undo', face: '↶', key: 'Z', run: commands.undo },
  { name: 'Redo', face: '↷', key: 'Shift+Z', run: commands.redo },
];

/** One stop for the Tab key; arrows lead from tool to tool. */
export function Toolbar({
  state,
  onRun,
  onLink,
  linked,
}: {
  state: EditorState;
  onRun: (command: Command) => void;
  onLink: () => void;
  linked: boolean;
}) {
  const bar = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const go = (event: KeyboardEvent) => {
    const tools = [...(bar.current?.querySelectorAll('button') ?? [])];
    const last = tools.length - 1;
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const to = (next + tools.length) % tools.length;
    setAt(to);
    tools[to]?.focus();
  };
  const tool = (
    index: number,
    { name, face, look = '', key }: Omit<Tool, 'run'>,
    pressed: boolean,
    act: () => void,
  ) => (
    <button
      key={name}
      type="button"
      tabIndex={index === at ? 0 : -1}
      aria-label={name}
      aria-pressed={pressed}
      title={key ? `${name} (${keyed(key)})` : name}
      onFocus={() => setAt(index)}
      // The selection stays in the letter.
      onMouseDown={(event) => event.preventDefault()}
      onClick={act}
      className={`h-9 min-w-9 shrink-0 rounded-md px-2 whitespace-nowrap tablet:h-7 tablet:min-w-7 ${look} ${pressed ? 'bg-selected text-ink' : 'text-muted hover:bg-hover hover:text-ink'}`}
    >
      {face}
    </button>
  );
  return (
    <div
      ref={bar}
      role="toolbar"
      aria-label="Format"
      aria-controls="letter"
      tabIndex={-1}
      onKeyDown={go}
      className="flex flex-wrap gap-0.5 border-b border-line bg-sunken p-1"
    >
      {TOOLS.map((one, index) => tool(index, one, one.on?.(state) ?? false, () => onRun(one.run)))}
      {tool(TOOLS.length, { name: 'Link', face: 'Link', key: 'K' }, linked, onLink)}
    </div>
  );
}
