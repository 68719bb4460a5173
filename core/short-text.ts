/** A text that is to be short, from whoever sends it: what is beyond `max` characters is passed over, and never kept. */
export async function shortText(chunks: AsyncIterable<string>, max: number): Promise<string> {
  let text = '';
  for await (const chunk of chunks) if (text.length <= max) text += chunk;
  return text.slice(0, max + 1);
}
