/** What the operator's configuration says of channels: `notifications`. Whatever is secret is in a Secret, and not here. */
import * as z from 'zod';
import { nameSchema } from '../../core/api/common.ts';
import { MAX_CHANNELS } from '../../core/api/notified.ts';
import type { Routes } from './route.ts';

const name = nameSchema('treasury-slack');
/** Whether it hears of requests whose rules name no channel. */
const byDefault = z.boolean().default(true);

/** An address, or one behind a name: `Sallyport <sallyport@example.com>`. One line, so that it stays one header. */
const sender = z
  .string()
  .max(320)
  .refine((text) => z.email().safeParse(/^[^<>"\r\n]*<([^<>\s]+)>$/.exec(text)?.[1] ?? text).success, {
    error: 'is not an address of mail, such as "Sallyport <sallyport@example.com>"',
  });

const channelSchema = z.discriminatedUnion('type', [
  z.strictObject({ name, type: z.literal('Webhook'), default: byDefault }),
  z.strictObject({ name, type: z.literal('Teams'), default: byDefault }),
  z.strictObject({
    ...{ name, type: z.literal('Slack'), default: byDefault },
    channel: z.string().regex(/^[A-Z0-9]{2,32}$/, 'is the id of a channel, such as C024BE91L, and not its name'),
    api: z.url({ protocol: /^https?$/ }).default('https://slack.com/api'),
    /** Whether requests have buttons: needs what takes their actions. */
    buttons: z.boolean().default(false),
  }),
  z.strictObject({
    ...{ name, type: z.literal('Email'), default: byDefault },
    host: z.string().min(1).max(253),
    port: z.int().min(1).max(65_535).default(587),
    security: z.enum(['StartTls', 'Tls', 'None']).default('StartTls'),
    from: sender,
    to: z.array(z.email()).min(1).max(50),
  }),
]);

export type ChannelSettings = z.infer<typeof channelSchema>;

export const notificationsSchema = z
  .strictObject({
    channels: z
      .array(channelSchema)
      .max(MAX_CHANNELS)
      .refine((channels) => new Set(channels.map((channel) => channel.name)).size === channels.length, {
        error: 'has two channels of one name; give each a name of its own',
      })
      .default([]),
    /** A folder for each channel, as the chart mounts their Secrets. */
    secrets: z.string().min(1).default('/etc/sallyport-channels'),
    /** Of an HTTP proxy for all of them. Default: none. */
    proxy: z.url({ protocol: /^https?$/ }).optional(),
  })
  .prefault({});

export type NotificationSettings = z.infer<typeof notificationsSchema>;

export function routesOf({ channels }: Pick<NotificationSettings, 'channels'>): Routes {
  return {
    channels: channels.map((channel) => channel.name),
    byDefault: channels.filter((channel) => channel.default).map((channel) => channel.name),
  };
}
