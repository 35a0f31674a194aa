// Says before the first paint that scripts run, so that nothing jumps. An older browser shows the page as without them.
if (CSS.supports("selector(:has(*))") && "DecompressionStream" in window) document.documentElement.classList.add("js");
