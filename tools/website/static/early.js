// Says before the first paint that scripts run, so that nothing jumps.
document.documentElement.classList.add("js");
