import { history } from 'prosemirror-history';
import { keymap } from 'prosemirror-keymap';
import type { Node as Piece, Slice } from 'prosemirror-model';
import { EditorState, Plugin } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import { keys } from './commands.ts';
import { cleanPasted } from './paste.ts';
import { schema } from './schema.ts';

/** Puts a letter on the page for writing. `onState` hears of every change, of the text or of the selection. */
export function openSurface(
  place: HTMLElement,
  doc: Piece,
  on: { state: (state: EditorState) => void; link: () => void },
): EditorView {
  const askLink = () => {
    on.link();
    return true;
  };
  let copied: { slice: Slice; text: string } | null = null;
  const view: EditorView = new EditorView(place, {
    state: EditorState.create({
      doc,
      plugins: [keymap({ 'Mod-k': askLink }), keymap(keys), history(), looseApart(doc)],
    }),
    attributes: { role: 'textbox', 'aria-multiline': 'true', 'aria-label': 'Letter', class: 'letter' },
    transformPastedHTML: cleanPasted,
    transformCopied: (slice) => {
      copied = { slice, text: textIn(slice) };
      return slice;
    },
    // What was cut here comes back with all it carried, which its copy on the clipboard does not have.
    handlePaste: (_, event, slice) => {
      const own = event.clipboardData?.getData('text/html').includes('data-pm-slice') ?? false;
      if (!own || copied === null || copied.text !== textIn(slice)) return false;
      view.dispatch(view.state.tr.replaceSelection(copied.slice).scrollIntoView());
      return true;
    },
    dispatchTransaction: (transaction) => {
      view.updateState(view.state.apply(transaction));
      on.state(view.state);
    },
  });
  return view;
}

const textIn = ({ content }: Slice) => content.textBetween(0, content.size, '\n');

/** Two lines without a block of their own would run into one: the second becomes a paragraph. */
function looseApart(start: Piece): Plugin {
  const { loose, paragraph, list_item: item } = schema.nodes;
  const had = hasLoose(start);
  return new Plugin({
    appendTransaction: (transactions, _, { doc, tr }) => {
      if (!transactions.some(({ docChanged }) => docChanged)) return null;
      doc.descendants((node, pos, parent, index) => {
        if (node.type !== loose || parent === null) return;
        const beside = index > 0 && parent.child(index - 1).type === loose;
        if (beside || (parent.type !== item && !had)) tr.setNodeMarkup(pos, paragraph);
      });
      return tr.docChanged ? tr : null;
    },
  });
}

/** Outside of lists. */
function hasLoose(doc: Piece): boolean {
  let found = false;
  doc.descendants((node, _, parent) => {
    if (node.type.name === 'loose' && parent?.type.name !== 'list_item') found = true;
  });
  return found;
}
