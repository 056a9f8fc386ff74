export class LitElement extends HTMLElement {
  connectedCallback(): void;
  disconnectedCallback(): void;
  requestUpdate(): void;
  updateComplete: Promise<boolean>;
  createRenderRoot(): HTMLElement | DocumentFragment;
  firstUpdated(): void;
  updated(): void;
  render(): unknown;
}
export function html(strings: TemplateStringsArray, ...values: unknown[]): unknown;
export function repeat(items: any[], key: (item: any) => unknown, draw: (item: any) => unknown): unknown;
export const css: any;
export const nothing: any;
