/** Input of the workflow that tells one bundle of news about reviews. */
export interface NoticeRef {
  bundle: string;
}

export const NOTICE_WORKFLOW = 'reviewNotice';
export const noticeWorkflowId = ({ bundle }: NoticeRef) => `notice-${bundle}`;

/** Where a link to decide leads, below the server's public URL. */
export const REVIEW_PATH = '/r/';

/** What people do about a draft from outside the desk; recorded with the command. */
export const REVIEW_DOORS = ['email_link', 'email_reply', 'slack', 'webhook'] as const;
export type ReviewDoor = (typeof REVIEW_DOORS)[number];

/** In the place of a person: nobody in particular, such as a shared channel or a webhook. */
export const EVERYBODY = '*';
