/** The channels of a configuration: the one list of their kinds. */
import type { Channel } from './channel.ts';
import { emailChannel } from './email/channel.ts';
import { secretFiles } from './secret-files.ts';
import type { ChannelSettings, NotificationSettings } from './settings.ts';
import { slackChannel } from './slack/channel.ts';
import { teamsChannel } from './teams/channel.ts';
import { webhookChannel } from './webhook/channel.ts';

export function createChannels({ channels, secrets, proxy }: NotificationSettings): Channel[] {
  return channels.map((settings) => createChannel(settings, secrets, proxy));
}

function createChannel(settings: ChannelSettings, folder: string, proxy: string | undefined): Channel {
  const { name } = settings;
  const secret = secretFiles(folder, name);
  switch (settings.type) {
    case 'Webhook':
      return webhookChannel(name, secret, proxy);
    case 'Teams':
      return teamsChannel(name, secret, proxy);
    case 'Slack':
      return slackChannel({ ...settings, proxy }, secret);
    case 'Email':
      return emailChannel({ ...settings, proxy }, secret);
  }
}
