// Every text that is seen on a page: its contrast with what is behind it, by WCAG 2, and the least that AA asks for.
() => {
  const CANVAS = { light: [255, 255, 255], dark: [18, 18, 18] };
  const scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

  const read = (said) => {
    const parts = (said.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
    return { rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : 1 };
  };
  const over = (top, below) => top.rgb.map((part, place) => part * top.alpha + below[place] * (1 - top.alpha));
  const light = (rgb) => {
    const [red, green, blue] = rgb
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };

  // The backgrounds of an element and of all around it, laid over each other.
  const behind = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const layer = read(getComputedStyle(each).backgroundColor);
      layers.push(layer);
      if (layer.alpha === 1) break;
    }
    return layers.reduceRight((below, layer) => over(layer, below), CANVAS[scheme]);
  };

  // What is drawn below a text of a chart: shapes that come before it and that hold its middle.
  const drawnBelow = (text) => {
    const svg = text.ownerSVGElement;
    const box = text.getBoundingClientRect();
    const middle = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2);
    return [...svg.querySelectorAll("path, rect")].reduce((below, shape) => {
      const style = getComputedStyle(shape);
      const comesLater = text.compareDocumentPosition(shape) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (comesLater || style.fill === "none") return below;
      if (!shape.isPointInFill(middle.matrixTransform(shape.getScreenCTM().inverse()))) return below;
      const fill = read(style.fill);
      return over({ rgb: fill.rgb, alpha: fill.alpha * style.fillOpacity * style.opacity }, below);
    }, behind(svg));
  };

  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || ["style", "title", "desc"].includes(element.tagName.toLowerCase())) continue;
    if (!element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
    const style = getComputedStyle(element);
    const isDrawn = element.namespaceURI.endsWith("svg");
    const back = isDrawn ? drawnBelow(element) : behind(element);
    const ink = read(isDrawn ? style.fill : style.color);
    const [more, less] = [light(over(ink, back)), light(back)].sort((one, other) => other - one);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    found.push({ text, ratio: (more + 0.05) / (less + 0.05), least: isLarge ? 3 : 4.5 });
  }
  return found;
}
