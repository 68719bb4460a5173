/** A server over Streamable HTTP: tools by group, prompts and resources by name. */
import { errorOf, textOf } from './clients.ts';
import type { Scene } from './scene.ts';

export async function toolsByGroup({ story, agent, operator }: Scene): Promise<void> {
  const echo = textOf(await agent.callTool({ name: 'echo', arguments: { message: 'hello, gate' } }));
  story.output(`echo, by assistant of the group agents: ${echo}`);
  story.observe(echo.includes('hello, gate'), 'echo is allowed', echo);

  const refused = await agent.callTool({ name: 'get-env', arguments: {} });
  story.model(textOf(refused));
  const says = 'rule default/agents#no-environment forbids tool "get-env"';
  const isRefused = refused.isError === true && textOf(refused).includes(says);
  story.observe(isRefused, 'get-env is denied to the group agents', refused);

  const environment = textOf(await operator.callTool({ name: 'get-env', arguments: {} }));
  const names = Object.keys(JSON.parse(environment) as object);
  story.output(`get-env, by ops of the group operators: ${names.join(', ')}`);
  story.observe(names.includes('PORT'), 'and allowed to the group operators', environment);
}

export async function promptsAndResources({ story, agent }: Scene): Promise<void> {
  const { prompts } = await agent.listPrompts();
  const { messages } = await agent.getPrompt({ name: 'simple-prompt' });
  story.output(`prompts listed: ${prompts.map(({ name }) => name).join(', ')}`);
  story.output(`simple-prompt: ${JSON.stringify(messages[0]?.content)}`);
  story.observe(prompts.length === 1 && messages.length === 1, 'one prompt is listed and served', prompts);
  const prompt = await errorOf(agent.getPrompt({ name: 'args-prompt', arguments: { city: 'Paris' } }));
  story.output(`args-prompt: ${prompt}`);
  story.observe(prompt.includes('no rule allows prompt "args-prompt"'), 'another is refused', prompt);

  const { contents } = await agent.readResource({ uri: 'demo://resource/static/document/features.md' });
  const [first] = contents;
  const text = first !== undefined && 'text' in first ? first.text : '';
  story.output(`demo://resource/static/document/features.md: ${text.split('\n')[0]}`);
  story.observe(text !== '', 'a resource that a rule allows is served', contents);
  const resource = await errorOf(agent.readResource({ uri: 'demo://resource/dynamic/text/1' }));
  story.output(`demo://resource/dynamic/text/1: ${resource}`);
  story.observe(resource.includes('no rule allows resource'), 'another is refused', resource);
}
