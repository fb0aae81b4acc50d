import type { ChannelList, ChannelTest, MyNotifications, Notifications } from '../api/schemas/index.ts';
import { type Http, path } from './http.ts';

const mine = path('me', 'notifications');

/** How the key's person is told of reviews, and for operators the channels there are. All methods reject with a `CountersignError`. */
export class NotificationSettings {
  readonly #http: Http;
  constructor(http: Http) {
    this.#http = http;
  }

  get(): Promise<MyNotifications> {
    return this.#http.json({ path: mine });
  }
  set(settings: Notifications): Promise<MyNotifications> {
    return this.#http.json({ method: 'PUT', path: mine, body: settings, repeatable: true });
  }
  /** A message in Slack asks the member with the person's address; done once they press its button. */
  connectSlack(): Promise<MyNotifications> {
    return this.#http.json({ method: 'POST', path: `${mine}/slack` });
  }
  disconnectSlack(): Promise<MyNotifications> {
    return this.#http.json({ method: 'DELETE', path: `${mine}/slack`, repeatable: true });
  }
  async channels(): Promise<ChannelList['items']> {
    return (await this.#http.json<ChannelList>({ path: path('channels') })).items;
  }
  /** Sends a test over one channel. */
  test(channel: 'email' | 'slack' | 'webhook_out'): Promise<ChannelTest> {
    return this.#http.json({ method: 'POST', path: path('channels', channel, 'test') });
  }
}
