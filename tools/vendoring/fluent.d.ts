export class FluentResource {
  constructor(text: string);
}
export class FluentBundle {
  constructor(language: string);
  addResource(resource: FluentResource): Error[];
  getMessage(id: string): { value: any } | undefined;
  formatPattern(pattern: any, args: Record<string, string | number>, errors: Error[]): string;
}
