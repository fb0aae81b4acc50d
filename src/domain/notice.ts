/** Why a draft is asked to look at its circumstances again. */
export const NOTICE_CAUSES = ['suppression', 'pause', 'resume', 'settings', 'outside', 'watchdog', 'recheck'] as const;
export type NoticeCause = (typeof NOTICE_CAUSES)[number];
