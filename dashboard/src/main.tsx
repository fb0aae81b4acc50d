import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/queries.ts';
import { restoreSession, session } from './api/session.ts';
import { SignIn } from './app/SignIn.tsx';
import { useStore } from './lib/store.ts';
import { router } from './router.tsx';
import './styles.css';

// Before anything else looks at the address: the key must not stay in it.
void restoreSession();

function App() {
  const by = useStore(session);
  // A moment, while the server says whether the browser's cookie is still good.
  if (by === undefined) return null;
  if (by === null) return <SignIn />;
  return (
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
