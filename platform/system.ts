// The one place that reads process.platform.

export type System = 'linux' | 'darwin' | 'win32' | 'other';

function detect(): System {
  const name = process.platform;
  return name === 'linux' || name === 'darwin' || name === 'win32' ? name : 'other';
}

export const system: System = detect();
