// The rules that simulations expect, by what they say. A simulation knows nothing of a rule but its id.
export const rule = {
  keyOrVaultOpenedByPackageCode: 'bce05930-93af-40f2-ad68-434eec274c30',
  secretOpenedByPackageCode: '0f41dcc7-00da-4ab5-bb6d-07ab47021877',
  browserStoreOpened: 'ee626aa4-066a-4880-9f10-bf45d666e5fb',
  walletExtensionOpened: '58389c7e-7fe9-4e99-a5ac-9d817a232c9d',
  secretsHarvestedByLifecycleScript: '91aa8655-dff8-4332-b9c9-a0652e04fff5',
  secretsHarvestedByProgram: '6bc2ad98-d124-45bc-8c3d-df7036f28aee',
  secretReadThenConnected: '34c41261-7012-40fa-9a77-2dcfeb6dcfe1',
  downloadPipedToInterpreter: '9a65a2b9-43b3-4ee3-af87-9f6bb5445dc0',
  tokenMintedByPackageCode: 'c517c696-2f0a-4923-92b7-e216a8cdbed4',
  secretScannerRunByPackageCode: 'bbe7f295-b11f-4047-a5fc-15db16f9b058',
  agentDrivenByPackageCode: 'e45e9a3c-0c72-4e59-8361-f2f8a08a9cb4',
  pastedLure: '455d00b7-7b60-4f74-a9b0-fbae1f2aadfc',
} as const;
