// Runs axe-core in every frame and writes what it objects to, by the frame's name, as JSON into <pre>.
addEventListener("load", async () => {
  const found = {};
  for (const frame of document.querySelectorAll("iframe")) {
    frame.contentWindow.eval(AXE);
    const result = await frame.contentWindow.axe.run(frame.contentDocument, { resultTypes: ["violations"] });
    found[frame.id] = result.violations.map(
      (one) => one.id + ": " + one.nodes.map((node) => node.html + " " + node.failureSummary).join(" | "));
  }
  document.querySelector("pre").textContent = JSON.stringify(found);
});
