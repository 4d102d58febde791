/** Package URL of an npm package: `pkg:npm/%40scope/name@1.0.0`. https://github.com/package-url/purl-spec */
export function npmPurl(name: string, version: string): string {
  const path = name.split('/').map(encodeURIComponent).join('/');
  return `pkg:npm/${path}@${encodeURIComponent(version)}`;
}
