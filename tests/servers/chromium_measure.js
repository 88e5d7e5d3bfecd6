// What each frame shows, as JSON in <pre>: {"name width": {scroll, left, height, texts: [{text, size, contrast}],
// taps: [{text, width, height}]}}. `scroll`: how far something reaches beyond the right edge; `left`: where the leftmost
// begins; taps: links that look like buttons (a link within a sentence is as high as its line). Contrast after WCAG 2.2, against what really stands behind the text.
addEventListener("load", () => {
  const rgba = (text) => {
    const parts = text.match(/[\d.]+/g).map(Number);
    return parts.length < 4 ? [...parts, 1] : parts;
  };
  const over = (top, below) => [0, 1, 2].map((at) => top[at] * top[3] + below[at] * (1 - top[3])).concat(1);
  const behind = (element, canvas) => {
    if (!element) return canvas;
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, behind(element.parentElement, canvas));
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const found = {};
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument;
    const seenAsDark = frame.contentWindow.matchMedia("(prefers-color-scheme: dark)").matches;
    if (seenAsDark !== isDark) throw new Error("the frame has another scheme than its host");
    const canvas = isDark ? [18, 18, 18, 1] : [255, 255, 255, 1];
    const texts = [];
    const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.data.trim() || !node.parentElement.getClientRects().length) continue;
      const style = getComputedStyle(node.parentElement);
      const background = behind(node.parentElement, canvas);
      texts.push({
        text: node.data.trim().slice(0, 60),
        size: parseFloat(style.fontSize),
        contrast: contrast(over(rgba(style.color), background), background),
      });
    }
    const links = [...page.querySelectorAll("a, button")];
    const taps = links.filter((link) => getComputedStyle(link).display !== "inline").map((link) => {
      const box = link.getBoundingClientRect();
      return { text: link.textContent, width: box.width, height: box.height };
    });
    const boxes = [page.body, ...page.querySelectorAll("body *")].map((element) => element.getBoundingClientRect());
    found[frame.id] = {
      scroll: Math.max(page.documentElement.scrollWidth, ...boxes.map((box) => box.right)) - frame.clientWidth,
      left: Math.min(...boxes.map((box) => box.left)),
      height: Math.ceil(page.body.getBoundingClientRect().height),
      texts, taps,
    };
  }
  document.querySelector("pre").textContent = JSON.stringify(found);
});
