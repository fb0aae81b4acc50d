/** An attachment of `content.attachments`, from bytes in memory. */
export function attachmentOf(filename: string, bytes: Uint8Array, contentType = 'application/octet-stream') {
  return { filename, contentType, contentBase64: toBase64(bytes) };
}

/** In steps: a whole file as arguments of one call would overflow the stack. Works in browsers, which lack Buffer. */
function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let start = 0; start < bytes.length; start += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(binary);
}
