/** What packs call tools by, for rules that speak of kinds of tools. A label of any pack is one for all packs of the server. */
import type { Target } from '../../mcp/catalogue.ts';
import type { Bundle } from '../bundle.ts';

const NONE: readonly string[] = [];

export class Labels {
  static of(_bundle: Bundle): Labels {
    return new Labels();
  }

  of(_target: Target): readonly string[] {
    return NONE;
  }
}
